#include "sim/actors/applications.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

bool is_running(const StoredObject& pod) { return json::find_string(pod.value(), "/status/phase") == "Running"; }

bool mounts(const StoredObject& pod, std::string_view claim) {
  const json::Array* volumes = json::find_array(pod.value(), "/spec/volumes");
  return volumes != nullptr && std::ranges::any_of(*volumes, [&](const json::Value& volume) {
           return json::find_string(volume, "/persistentVolumeClaim/claimName") == claim;
         });
}

/// A command's second word; zero when there is none.
Duration seconds_of(const std::vector<std::string>& command) {
  return std::chrono::seconds(command.size() > 1 ? std::strtol(command[1].c_str(), nullptr, 10) : 0);
}

}  // namespace

Applications::Applications(Cluster cluster, std::function<bool(const std::string& node)> is_lost, Override override)
    : cluster_(cluster), is_lost_(std::move(is_lost)), override_(std::move(override)) {}

ExecOutcome Applications::run(
    const StoredObject& pod, const std::string& container, const std::vector<std::string>& command
) {
  if (is_lost_(std::string(json::find_string(pod.value(), "/spec/nodeName")))) return {.unreachable = true};
  history_.push_back({cluster_.wall(), pod.namespace_(), pod.name(), container, command});
  cluster_.story.tell("application", [&] {
    return fmt::format("{}/{} ({}): {}", pod.namespace_(), pod.name(), container, fmt::join(command, " "));
  });
  if (override_) {
    if (auto outcome = override_(pod, command)) return *std::move(outcome);
  }
  const std::string word = command.empty() ? std::string() : command.front();
  if (word == "freeze" || word == "thaw") {
    set_frozen(pod.uid(), word == "freeze", seconds_of(command));
    return {.takes = seconds_of(command)};
  }
  if (word == "fail") return {.exit_code = 1, .err = command.size() > 1 ? command[1] : "failed"};
  if (word == "hang") return {.hangs = true};
  if (word == "sleep" && command.size() > 1) return {.takes = seconds_of(command)};
  return {.exit_code = 127, .err = fmt::format("sh: {}: not found", word)};
}

void Applications::set_frozen(const std::string& uid, bool frozen, Duration takes) {
  const auto set = [all = frozen_, uid, frozen] {
    if (frozen) {
      all->insert(uid);
    } else {
      all->erase(uid);
    }
  };
  if (takes == Duration::zero()) return set();
  cluster_.executor.after(takes, set).detach();
}

bool Applications::is_frozen(const StoredObject& pod) const { return is_running(pod) && frozen_->contains(pod.uid()); }

bool Applications::is_frozen(std::string_view namespace_, std::string_view pod) const {
  const ObjectPtr found = cluster_.find(kinds::kPod, namespace_, pod);
  return found && is_frozen(*found);
}

std::string Applications::frozen_pod() const {
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    if (is_frozen(*pod)) return fmt::format("{}/{}", pod->namespace_(), pod->name());
  }
  return "";
}

bool Applications::is_held(const std::string& namespace_, std::string_view claim) const {
  bool any = false;
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod, namespace_)) {
    if (!is_running(*pod) || !mounts(*pod, claim)) continue;
    if (!is_frozen(*pod)) return false;
    any = true;
  }
  return any;
}

int Applications::count(std::string_view command) const {
  return static_cast<int>(std::ranges::count_if(history_, [&](const Executed& each) {
    return !each.command.empty() && each.command.front() == command;
  }));
}

}  // namespace snapstash::sim
