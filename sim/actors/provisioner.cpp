#include "sim/actors/provisioner.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/actors/capacity.hpp"

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

std::string_view class_name_of(const StoredObject& claim) {
  return json::find_string(claim.value(), "/spec/storageClassName");
}

}  // namespace

void Provisioner::pass() {
  for (const ObjectPtr& claim : cluster_.list(kinds::kClaim)) {
    const bool bound = json::find_string(claim->value(), "/status/phase") == "Bound";
    if (!bound && !is_deleting(*claim)) sync(*claim);
  }
  collect_volumes();
}

ObjectPtr Provisioner::class_of(const StoredObject& claim) const {
  const json::Value* named = json::find(claim.value(), "/spec/storageClassName");
  if (named != nullptr && named->is_string()) return cluster_.find(kinds::kStorageClass, "", class_name_of(claim));
  for (const ObjectPtr& each : cluster_.list(kinds::kStorageClass)) {
    const auto* mark = json::find(each->value(), "/metadata/annotations/storageclass.kubernetes.io~1is-default-class");
    if (mark != nullptr && mark->is_string() && json::as_view(*mark) == "true") return each;
  }
  return nullptr;
}

void Provisioner::sync(const StoredObject& claim) {
  const std::string volume(json::find_string(claim.value(), "/spec/volumeName"));
  if (!volume.empty()) {
    if (cluster_.find(kinds::kVolume, "", volume)) bind(claim, volume);
    return;
  }
  const ObjectPtr storage_class = class_of(claim);
  if (!storage_class) return;
  const bool waits = json::find_string(storage_class->value(), "/volumeBindingMode") == "WaitForFirstConsumer";
  if (waits && json::find(claim.value(), "/metadata/annotations/volume.kubernetes.io~1selected-node") == nullptr)
    return;
  const ProvisionBehaviour behaviour = behaviour_ ? behaviour_(claim) : ProvisionBehaviour{};
  if (behaviour.never) return;
  const MonoTime now = cluster_.executor.now();
  const auto [found, fresh] = attempts_.try_emplace(claim.uid());
  Attempt& attempt = found->second;
  if (fresh) {
    attempt.begun = now;
    attempt.next = now + std::chrono::duration_cast<MonoTime::duration>(behaviour.takes);
  }
  if (now < attempt.next) return wake_at(attempt.next);
  std::string problem = obstacle(claim, *storage_class);
  const bool ill = behaviour.error_lasts == Duration{} || now < attempt.begun + behaviour.error_lasts;
  if (problem.empty() && ill) problem = behaviour.error;
  if (!problem.empty()) return fail(claim, attempt, problem);
  attempts_.erase(found);
  provision(claim, *storage_class);
}

void Provisioner::fail(const StoredObject& claim, Attempt& attempt, const std::string& message) {
  cluster_.warn(
      name_, claim, "ProvisioningFailed",
      fmt::format("failed to provision volume with StorageClass \"{}\": {}", class_name_of(claim), message)
  );
  // --retry-interval-start 1s, doubled up to --retry-interval-max 5m.
  const auto delay =
      std::min<Duration>(std::chrono::seconds(1LL << std::min(attempt.failures, 9U)), std::chrono::minutes(5));
  ++attempt.failures;
  attempt.next = cluster_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(delay);
  wake_at(attempt.next);
}

std::string Provisioner::obstacle(const StoredObject& claim, const StoredObject& storage_class) const {
  if (json::find_string(claim.value(), "/spec/dataSource/kind") != "VolumeSnapshot") return "";
  const std::string source(json::find_string(claim.value(), "/spec/dataSource/name"));
  const ObjectPtr snapshot = cluster_.find(kinds::kSnapshot, claim.namespace_(), source);
  const auto about = [&](std::string_view why) {
    return fmt::format("error getting handle for DataSource Type VolumeSnapshot by Name {}: {}", source, why);
  };
  if (!snapshot) {
    return about(fmt::format(
        "error getting snapshot {} from api server: volumesnapshots.snapshot.storage.k8s.io \"{}\" not found", source,
        source
    ));
  }
  if (is_deleting(*snapshot)) return about(fmt::format("snapshot {} is currently being deleted", source));
  const std::string bound(json::find_string(snapshot->value(), "/status/boundVolumeSnapshotContentName"));
  const ObjectPtr content = bound.empty() ? nullptr : cluster_.find(kinds::kSnapshotContent, "", bound);
  if (!content || json::find_string(content->value(), "/spec/volumeSnapshotRef/uid") != snapshot->uid()) {
    return about(fmt::format("snapshot {} not bound", source));
  }
  if (json::find_string(content->value(), "/spec/driver") != json::find_string(storage_class.value(), "/provisioner")) {
    return about(fmt::format("requested source type VolumeSnapshot is not handled by CSI driver of StorageClass"));
  }
  if (!is_true(snapshot->value(), "/status/readyToUse")) return about(fmt::format("snapshot {} is not Ready", source));
  const auto wanted = bytes_of(json::find_string(claim.value(), "/spec/resources/requests/storage"));
  const auto needed = bytes_of(json::find_string(snapshot->value(), "/status/restoreSize"));
  if (wanted < needed) {
    return about(fmt::format(
        "requested volume size {} is less than the size {} for the source snapshot {}", wanted, needed, source
    ));
  }
  return "";
}

void Provisioner::provision(const StoredObject& claim, const StoredObject& storage_class) {
  const std::string name = "pvc-" + claim.uid();
  const json::Value* size = json::find(claim.value(), "/spec/resources/requests/storage");
  const json::Value* modes = json::find(claim.value(), "/spec/accessModes");
  const std::string_view policy = json::find_string(storage_class.value(), "/reclaimPolicy");
  cluster_.create(
      name_, kinds::kVolume,
      json::Object{
          {"apiVersion", "v1"},
          {"kind", "PersistentVolume"},
          {"metadata", json::Object{{"name", text(name)}}},
          {"spec",
           json::Object{
               {"capacity", json::Object{{"storage", size == nullptr ? json::Value("1Gi") : *size}}},
               {"accessModes", modes == nullptr ? json::Value(json::Array{"ReadWriteOnce"}) : *modes},
               {"persistentVolumeReclaimPolicy", text(policy.empty() ? "Delete" : policy)},
               {"storageClassName", text(storage_class.name())},
               {"volumeMode", "Filesystem"},
               {"claimRef",
                json::Object{
                    {"apiVersion", "v1"},
                    {"kind", "PersistentVolumeClaim"},
                    {"namespace", text(claim.namespace_())},
                    {"name", text(claim.name())},
                    {"uid", text(claim.uid())}
                }},
               {"csi",
                json::Object{
                    {"driver", text(json::find_string(storage_class.value(), "/provisioner"))},
                    {"volumeHandle", text("vol-" + claim.uid())}
                }}
           }}
      }
  );
  bind(claim, name);
}

void Provisioner::bind(const StoredObject& claim, const std::string& volume) {
  cluster_.patch(
      name_, claim,
      json::Object{
          {"metadata",
           json::Object{
               {"annotations",
                json::Object{
                    {"pv.kubernetes.io/bind-completed", "yes"}, {"pv.kubernetes.io/bound-by-controller", "yes"}
                }}
           }},
          {"spec", json::Object{{"volumeName", text(volume)}}}
      }
  );
  const ObjectPtr now = cluster_.find(kinds::kClaim, claim.namespace_(), claim.name());
  const ObjectPtr bound = cluster_.find(kinds::kVolume, "", volume);
  if (!now || !bound || now->uid() != claim.uid()) return;
  cluster_.patch_status(
      name_, *now,
      json::Object{
          {"phase", "Bound"},
          {"accessModes", *json::find(bound->value(), "/spec/accessModes")},
          {"capacity", *json::find(bound->value(), "/spec/capacity")}
      }
  );
  cluster_.patch_status(name_, *bound, json::Object{{"phase", "Bound"}});
}

/// The reclaim policy of volumes whose claim is gone.
void Provisioner::collect_volumes() {
  for (const ObjectPtr& volume : cluster_.list(kinds::kVolume)) {
    const std::string_view uid = json::find_string(volume->value(), "/spec/claimRef/uid");
    if (uid.empty() || is_deleting(*volume)) continue;
    const ObjectPtr claim = cluster_.find(
        kinds::kClaim, json::find_string(volume->value(), "/spec/claimRef/namespace"),
        json::find_string(volume->value(), "/spec/claimRef/name")
    );
    if (claim && claim->uid() == uid) continue;
    if (json::find_string(volume->value(), "/status/phase") != "Released") {
      cluster_.patch_status(name_, *volume, json::Object{{"phase", "Released"}});
    }
    if (json::find_string(volume->value(), "/spec/persistentVolumeReclaimPolicy") == "Delete") {
      cluster_.remove(name_, *volume);
    }
  }
}

}  // namespace snapstash::sim
