#include "sim/scenarios/expect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/backup_session.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kDemo = "demo";

}  // namespace

std::string phase_of(const StoredObject& object) {
  return std::string(json::find_string(object.value(), "/status/phase"));
}

std::string expect_sessions(World& world, const std::map<std::string, int>& phases) {
  std::map<std::string, int> found;
  for (const ObjectPtr& each : world.cluster().list(api::BackupSession::kResource, kDemo)) ++found[phase_of(*each)];
  return found == phases ? "" : fmt::format("sessions are {}, should be {}", found, phases);
}

std::string expect_snapshots(World& world, const std::map<std::string, int>& ready_by_claim) {
  std::map<std::string, int> found;
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot, kDemo)) {
    const std::string_view claim = json::find_string(each->value(), "/spec/source/persistentVolumeClaimName");
    if (!is_true(each->value(), "/status/readyToUse") || is_deleting(*each)) {
      return fmt::format("snapshot {} of {} is not ready, or going", each->name(), claim);
    }
    ++found[std::string(claim)];
  }
  return found == ready_by_claim ? "" : fmt::format("ready snapshots are {}, should be {}", found, ready_by_claim);
}

std::string expect_only_ready(World& world) {
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot, kDemo)) {
    if (!is_true(each->value(), "/status/readyToUse")) return fmt::format("snapshot {} is not ready", each->name());
  }
  return "";
}

std::string expect_phase(World& world, const kube::Resource& resource, std::string_view name, std::string_view phase) {
  const ObjectPtr object = world.cluster().find(resource, kDemo, name);
  if (!object) return fmt::format("{} {} is gone", resource.kind, name);
  if (phase_of(*object) == phase) return "";
  return fmt::format("{} {} is \"{}\", should be {}", resource.kind, name, phase_of(*object), phase);
}

std::string expect_condition(World& world, std::string_view session, std::string_view type, std::string_view reason) {
  const ObjectPtr object = world.cluster().find(api::BackupSession::kResource, kDemo, session);
  if (!object) return fmt::format("session {} is gone", session);
  const json::Array* conditions = json::find_array(object->value(), "/status/conditions");
  for (const json::Value& each : conditions == nullptr ? json::Array() : *conditions) {
    if (json::find_string(each, "/type") != type) continue;
    const auto found = json::find_string(each, "/reason");
    return found == reason ? "" : fmt::format("{} of {} is {}, should be {}", type, session, found, reason);
  }
  return fmt::format("session {} has no {}", session, type);
}

std::string expect_annotation(
    World& world, const kube::Resource& resource, std::string_view name, std::string_view key, std::string_view value
) {
  const ObjectPtr object = world.cluster().find(resource, kDemo, name);
  if (!object) return fmt::format("{} {} is gone", resource.kind, name);
  const json::Value* annotations = json::find(object->value(), "/metadata/annotations");
  const json::Value* found = annotations == nullptr ? nullptr : json::find_key(*annotations, key);
  const std::string text = found != nullptr && found->is_string() ? std::string(json::as_view(*found)) : "";
  return text == value ? "" : fmt::format("{} of {} is \"{}\", should be \"{}\"", key, name, text, value);
}

std::string expect_claim(World& world, std::string_view name, std::string_view snapshot, std::string_view phase) {
  const ObjectPtr claim = world.cluster().find(kinds::kClaim, kDemo, name);
  if (!claim) return fmt::format("PVC {} is not there", name);
  const std::string_view source = json::find_string(claim->value(), "/spec/dataSource/name");
  if (source != snapshot) return fmt::format("PVC {} comes from \"{}\", should from {}", name, source, snapshot);
  if (phase_of(*claim) == phase) return "";
  return fmt::format("PVC {} is {}, should be {}", name, phase_of(*claim), phase);
}

std::string expect_none(World& world, const kube::Resource& resource) {
  const auto all = world.cluster().list(resource, kDemo);
  return all.empty() ? "" : fmt::format("{} of {} is left", all.front()->name(), resource.plural);
}

std::string first_of(std::vector<std::string> problems) {
  for (std::string& problem : problems) {
    if (!problem.empty()) return std::move(problem);
  }
  return "";
}

}  // namespace snapstash::sim
