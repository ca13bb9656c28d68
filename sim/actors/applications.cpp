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

}  // namespace

Applications::Applications(Cluster cluster, std::function<bool(const std::string& node)> is_lost, Override override)
    : cluster_(cluster), is_lost_(std::move(is_lost)), override_(std::move(override)) {}

ExecOutcome Applications::run(
    const StoredObject& pod, const std::string& container, const std::vector<std::string>& command
) {
  if (is_lost_(std::string(json::find_string(pod.value(), "/spec/nodeName")))) return {.unreachable = true};
  const std::string word = command.empty() ? std::string() : command.front();
  ++counts_[word];
  cluster_.story.tell("application", [&] {
    return fmt::format("{}/{} ({}): {}", pod.namespace_(), pod.name(), container, fmt::join(command, " "));
  });
  if (override_) {
    if (auto outcome = override_(pod, command)) return *std::move(outcome);
  }
  if (word == "freeze" || word == "thaw") {
    pods_[pod.uid()].frozen = word == "freeze";
    return {};
  }
  if (word == "fail") return {.exit_code = 1, .err = command.size() > 1 ? command[1] : "failed"};
  if (word == "hang") return {.hangs = true};
  if (word == "sleep" && command.size() > 1) {
    return {.takes = std::chrono::seconds(std::strtol(command[1].c_str(), nullptr, 10))};
  }
  return {.exit_code = 127, .err = fmt::format("sh: {}: not found", word)};
}

std::string Applications::frozen_pod() const {
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    const auto state = pods_.find(pod->uid());
    if (state != pods_.end() && state->second.frozen && is_running(*pod)) {
      return fmt::format("{}/{}", pod->namespace_(), pod->name());
    }
  }
  return "";
}

bool Applications::is_held(const std::string& namespace_, std::string_view claim) const {
  bool any = false;
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod, namespace_)) {
    if (!is_running(*pod) || !mounts(*pod, claim)) continue;
    const auto state = pods_.find(pod->uid());
    if (state == pods_.end() || !state->second.frozen) return false;
    any = true;
  }
  return any;
}

int Applications::count(const std::string& command) const {
  const auto found = counts_.find(command);
  return found == counts_.end() ? 0 : found->second;
}

}  // namespace snapstash::sim
