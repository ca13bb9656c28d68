#include "sim/scenarios/begin_demo.hpp"

#include "sim/scenarios/steps.hpp"

namespace snapstash::sim {

using namespace std::chrono_literals;

void begin_demo(World& world, std::string_view schedule, std::string_view spec_patch, int keep_last) {
  create_demo(world);
  json::Value made = backup_configuration("demo", "daily", {"Deployment", "web"}, schedule, keep_last);
  merge_into(made.at("spec"), spec_patch);
  world.user().must_create(made);
}

void trigger(World& world, const std::string& name) { world.user().create(backup_session("demo", name, "daily")); }

void trigger_at(World& world, Duration when, const std::string& name) {
  world.after(when, [&world, name] { trigger(world, name); });
}

void begin_session(World& world, std::string_view spec_patch) {
  begin_demo(world, kNoon, spec_patch);
  trigger_at(world, 4s, "by-hand");
}

SnapshotBehaviours for_config(SnapshotBehaviour behaviour) {
  return [behaviour](const StoredObject& snapshot) {
    const auto claim = json::find_string(snapshot.value(), "/spec/source/persistentVolumeClaimName");
    return claim == "config" ? behaviour : SnapshotBehaviour{};
  };
}

SnapshotBehaviours for_session(std::string session, std::string claim, SnapshotBehaviour behaviour) {
  return [session, claim, behaviour](const StoredObject& snapshot) {
    const bool meant =
        json::find_string(snapshot.value(), "/spec/source/persistentVolumeClaimName") == claim &&
        json::find_string(snapshot.value(), "/metadata/annotations/snapstash.dev~1session-name") == session;
    return meant ? behaviour : SnapshotBehaviour{};
  };
}

}  // namespace snapstash::sim
