#include "sim/scenarios/steps.hpp"

#include <cstdlib>

#include "api/backup_session.hpp"
#include "sim/admission/merge_patch.hpp"
#include "sim/scenarios/expect.hpp"

namespace snapstash::sim {

using namespace std::chrono_literals;

void merge_into(json::Value& value, std::string_view patch) {
  auto parsed = json::parse(patch);
  if (!parsed) std::abort();  // the scenario is wrong
  auto merged = merge_patch(std::move(value), *parsed);
  if (!merged) std::abort();
  value = std::move(*merged);
}

void patch_at(
    World& world, Duration when, const kube::Resource& resource, const std::string& name, const std::string& patch
) {
  world.after(when, [&world, resource, name, patch] { world.user().patch(resource, {"demo", name}, patch); });
}

void remove_at(World& world, Duration when, const kube::Resource& resource, const std::string& name) {
  world.after(when, [&world, resource, name] { world.user().remove(resource, {"demo", name}); });
}

void hold_snapshots_of(World& world, std::string_view claim) {
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot, "demo")) {
    if (json::find_string(each->value(), "/spec/source/persistentVolumeClaimName") != claim) continue;
    world.user().patch(
        kinds::kSnapshot, {"demo", each->name()}, R"({"metadata":{"labels":{"snapstash.dev/hold":"true"}}})"
    );
  }
}

void annotate(
    World& world, const kube::Resource& resource, const std::string& name,
    const std::map<std::string, std::string>& annotations
) {
  json::Object values;
  for (const auto& [key, value] : annotations) values[key] = value;
  const json::Object patch{{"metadata", json::Object{{"annotations", std::move(values)}}}};
  world.user().patch(resource, {"demo", name}, json::serialize(patch));
}

void create_snapshot(World& world, const std::string& name, const std::string& claim) {
  world.user().must_create(json::Object{
      {"apiVersion", "snapshot.storage.k8s.io/v1"},
      {"kind", "VolumeSnapshot"},
      {"metadata", json::Object{{"name", json::make_string(name)}, {"namespace", "demo"}}},
      {"spec",
       json::Object{
           {"volumeSnapshotClassName", "csi-snapshot-class"},
           {"source", json::Object{{"persistentVolumeClaimName", json::make_string(claim)}}}
       }}
  });
}

void adopt_snapshot(World& world, const std::string& name, const std::string& claim, const std::string& configuration) {
  world.user().must_create(json::Object{
      {"apiVersion", "snapshot.storage.k8s.io/v1"},
      {"kind", "VolumeSnapshot"},
      {"metadata",
       json::Object{
           {"name", name},
           {"namespace", "demo"},
           {"labels",
            json::Object{{"snapstash.dev/session-uid", "adopted"}, {"snapstash.dev/configuration", configuration}}}
       }},
      {"spec", json::Object{{"source", json::Object{{"persistentVolumeClaimName", claim}}}}}
  });
}

int count_snapshots_of(World& world, std::string_view claim) {
  int count = 0;
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot, "demo")) {
    const bool of_claim = json::find_string(each->value(), "/spec/source/persistentVolumeClaimName") == claim;
    count += of_claim && !is_deleting(*each) ? 1 : 0;
  }
  return count;
}

void when_finished(World& world, std::string session, std::function<void()> then) {
  const ObjectPtr found = world.cluster().find(api::BackupSession::kResource, "demo", session);
  const std::string phase = found ? phase_of(*found) : "";
  if (phase == "Succeeded" || phase == "Failed" || phase == "Skipped") return then();
  world.after(200ms, [&world, session = std::move(session), then = std::move(then)] {
    when_finished(world, session, then);
  });
}

void lose_node_of_next_pod(World& world, std::string job) {
  for (const ObjectPtr& pod : world.cluster().list(kinds::kPod, "demo")) {
    if (json::find_string(pod->value(), "/metadata/labels/job-name") != job) continue;
    if (json::find_string(pod->value(), "/status/phase") != "Running") continue;
    world.lose_node(std::string(json::find_string(pod->value(), "/spec/nodeName")));
    return;
  }
  world.after(100ms, [&world, job = std::move(job)] { lose_node_of_next_pod(world, job); });
}

}  // namespace snapstash::sim
