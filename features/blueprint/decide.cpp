#include "features/blueprint/decide.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/blueprint/variables.hpp"

namespace snapstash::blueprint {
namespace {

/// Takes out of `from` the oldest that `is_it` holds for; nullptr when it holds for none.
template <class Predicate>
Configuration take(std::vector<Configuration>& from, Predicate is_it) {
  auto best = from.end();
  const auto age = [](const Configuration& each) {
    return std::pair(each->metadata.creation_timestamp, each->metadata.name);
  };
  for (auto it = from.begin(); it != from.end(); ++it) {
    if (is_it(**it) && (best == from.end() || age(*it) < age(*best))) best = it;
  }
  if (best == from.end()) return nullptr;
  Configuration found = *best;
  from.erase(best);
  return found;
}

/// What is written as a variable, and is none: it may be a slip, and breaks nothing.
void note_unknown_variables(const Named& named, const api::BackupConfiguration& wanted, Decision& next) {
  json::Value spec = json::encode(wanted).at("spec");
  spec.as_object().erase("hooks");  // a shell has variables of its own
  for (const std::string& name : target_variables(spec)) {
    next.complaints.push_back(
        {"UnknownVariable",
         fmt::format("BackupBlueprint {} has ${{{}}}, which stands for nothing and stays as it is.", named.name, name)}
    );
  }
}

void order(const Observation& seen, const Named& named, const Configuration& live, std::string name, Decision& next) {
  api::BackupConfiguration wanted = configuration_of(seen.target, *named.blueprint, std::move(name));
  if (const api::Problems problems = api::validate(wanted); !problems.empty()) {
    next.complaints.push_back(
        {"InvalidBlueprint",
         fmt::format(
             "BackupBlueprint {} makes no valid BackupConfiguration of it: {}", named.name, api::describe(problems)
         )}
    );
    return;
  }
  note_unknown_variables(named, wanted, next);
  if (!live || !is_in_shape(*live, wanted)) {
    next.apply.push_back({named.name, std::move(wanted), live ? live->metadata.resource_version : std::string()});
  }
}

/// One that has none yet: under the name that is its due, over one of a blueprint that is no longer named if need be.
void order_new(const Observation& seen, const Named& named, std::vector<Configuration>& rest, Decision& next) {
  const std::string name = configuration_name(seen.target, seen.blueprints.size() == 1 ? "" : named.name);
  const auto has_name = [&](const api::BackupConfiguration& each) { return each.metadata.name == name; };
  if (std::ranges::any_of(seen.homonyms, [&](const Configuration& each) { return has_name(*each); })) {
    next.complaints.push_back(name_taken(named.name, name));
    return;
  }
  const Configuration live = take(rest, has_name);
  order(seen, named, live, name, next);
}

}  // namespace

Decision decide(const Observation& seen) {
  Decision next;
  if (seen.target.metadata.deletion_timestamp) return next;
  std::vector<Configuration> rest = seen.made;
  std::vector<const Named*> fresh;
  for (const Named& named : seen.blueprints) {
    const Configuration live =
        take(rest, [&](const api::BackupConfiguration& each) { return is_made_by(named.name, each); });
    if (!named.blueprint) {
      next.complaints.push_back(
          {"NoSuchBlueprint", fmt::format("There is no BackupBlueprint {}, which its annotation names.", named.name)}
      );
    } else if (!api::is_ours(*named.blueprint)) {
      continue;  // Stash's
    } else if (live) {
      order(seen, named, live, live->metadata.name, next);
    } else {
      fresh.push_back(&named);
    }
  }
  for (const Named* named : fresh) order_new(seen, *named, rest, next);
  std::erase_if(rest, [](const Configuration& each) { return each->metadata.deletion_timestamp.has_value(); });
  next.remove = std::move(rest);
  return next;
}

Complaint name_taken(std::string_view blueprint, std::string_view name) {
  return {
      "NameTaken", fmt::format(
                       "BackupBlueprint {} would make BackupConfiguration {} of it, and there is one already that is "
                       "somebody else's: delete that, or take the annotation away.",
                       blueprint, name
                   )
  };
}

std::vector<std::string> possible_names(const Target& target, const std::vector<std::string>& blueprints) {
  std::vector<std::string> names{configuration_name(target)};
  for (const std::string& each : blueprints) names.push_back(configuration_name(target, each));
  return names;
}

}  // namespace snapstash::blueprint
