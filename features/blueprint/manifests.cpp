#include "features/blueprint/manifests.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "features/blueprint/variables.hpp"
#include "features/cluster/owned.hpp"
#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"
#include "kernel/runtime/owners.hpp"

namespace snapstash::blueprint {
namespace {

using api::BackupConfiguration;

constexpr std::size_t kLongestName = 253;

std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::vector<Variable> variables_of(const Target& target) {
  return {
      {"TARGET_API_VERSION", target.resource.api_version()},
      {"TARGET_KIND", lower(target.resource.kind)},
      {"TARGET_NAME", target.metadata.name},
      {"TARGET_NAMESPACE", target.metadata.namespace_},
      {"TARGET_RESOURCE", std::string(target.resource.plural)},
  };
}

api::BackupBlueprint::Spec resolved(const api::BackupBlueprint& blueprint, const Target& target) {
  json::Value object = json::encode(blueprint);
  substitute(object, variables_of(target));
  return json::decode<api::BackupBlueprint>(object).value().spec;
}

Text annotated(const Target& target, std::string_view key, const Text& otherwise) {
  const auto found = target.metadata.annotations.find(key);
  return found == target.metadata.annotations.end() || found->second.empty() ? otherwise : found->second;
}

BackupConfiguration::Spec spec_of(const Target& target, const api::BackupBlueprint& blueprint) {
  const api::BackupBlueprint::Spec from = resolved(blueprint, target);
  BackupConfiguration::Spec spec;
  static_cast<api::BackupPlan&>(spec) = from;
  spec.schedule = annotated(target, naming::kBlueprintSchedule, from.schedule);
  spec.target.emplace();
  spec.target->ref.api_version = target.resource.api_version();
  spec.target->ref.kind = target.resource.kind;
  spec.target->ref.name = target.metadata.name;
  spec.target->snapshot_class_name = annotated(target, naming::kSnapshotClass, from.snapshot_class_name);
  return spec;
}

Text value_of(const kube::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? Text() : found->second;
}

/// Whether all that `part` says stands in `whole`. Lists are compared as a whole.
bool contains(const json::Value& whole, const json::Value& part) {
  if (!part.is_object() || !whole.is_object()) return whole == part;
  return std::ranges::all_of(part.get_object(), [&](const auto& member) {
    const json::Value* there = whole.get_object().if_contains(member.key());
    return there != nullptr && contains(*there, member.value());
  });
}

}  // namespace

std::string configuration_name(const Target& target, std::string_view blueprint) {
  std::string name = fmt::format("{}-{}", lower(target.resource.kind), target.metadata.name);
  if (!blueprint.empty()) name.append("-").append(blueprint);
  return naming::bounded(name, kLongestName);
}

BackupConfiguration configuration_of(const Target& target, const api::BackupBlueprint& blueprint, std::string name) {
  BackupConfiguration configuration;
  kube::ObjectMeta& metadata = configuration.metadata;
  metadata.name = name;
  metadata.namespace_ = target.metadata.namespace_;
  metadata.labels[naming::kBlueprint] = naming::bounded(blueprint.metadata.name);
  // Not blockOwnerDeletion: nothing is lost when it goes after its target, and it would take one more right.
  metadata.owner_references.push_back(
      {.api_version = target.resource.api_version(),
       .kind = target.resource.kind,
       .name = target.metadata.name,
       .uid = target.metadata.uid,
       .controller = true,
       .block_owner_deletion = {}}
  );
  configuration.spec = spec_of(target, blueprint);
  metadata.annotations[naming::kBlueprintApplied] =
      fmt::format("{:016x}", cluster::fingerprint(json::encode(configuration)));
  return configuration;
}

bool is_made_for(const Target& target, const BackupConfiguration& configuration) {
  const auto* owner = runtime::find_controller(configuration.metadata, target.resource);
  return owner != nullptr && owner->name == target.metadata.name &&
         configuration.metadata.labels.contains(naming::kBlueprint);
}

bool is_made_by(std::string_view blueprint, const BackupConfiguration& configuration) {
  return value_of(configuration.metadata.labels, naming::kBlueprint) == naming::bounded(blueprint);
}

bool is_in_shape(const BackupConfiguration& live, const BackupConfiguration& wanted) {
  const auto fingerprint = [](const BackupConfiguration& configuration) {
    return value_of(configuration.metadata.annotations, naming::kBlueprintApplied);
  };
  if (fingerprint(live) != fingerprint(wanted)) return false;
  if (value_of(live.metadata.labels, naming::kBlueprint) != value_of(wanted.metadata.labels, naming::kBlueprint)) {
    return false;
  }
  return contains(json::encode(live).at("spec"), json::encode(wanted).at("spec"));
}

}  // namespace snapstash::blueprint
