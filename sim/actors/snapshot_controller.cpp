#include "sim/actors/snapshot_controller.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

constexpr std::string_view kMissing = "VolumeSnapshotContent is missing";

json::Value text(std::string_view value) { return json::make_string(value); }

std::string content_name(const StoredObject& snapshot) { return "snapcontent-" + snapshot.uid(); }

std::string claim_name(const StoredObject& snapshot) {
  return std::string(json::find_string(snapshot.value(), "/spec/source/persistentVolumeClaimName"));
}

bool is_default(const StoredObject& snapshot_class) {
  const json::Value* mark =
      json::find(snapshot_class.value(), "/metadata/annotations/snapshot.storage.kubernetes.io~1is-default-class");
  return mark != nullptr && mark->is_string() && json::as_view(*mark) == "true";
}

bool is_ready(const StoredObject& snapshot) { return is_true(snapshot.value(), "/status/readyToUse"); }

}  // namespace

const SnapshotBehaviour& SnapshotController::behaviour_of(const StoredObject& snapshot) {
  const auto found = chosen_.find(snapshot.uid());
  if (found != chosen_.end()) return found->second;
  return chosen_.emplace(snapshot.uid(), behaviours_ ? behaviours_(snapshot) : SnapshotBehaviour{}).first->second;
}

void SnapshotController::pass() {
  for (const ObjectPtr& snapshot : cluster_.list(kinds::kSnapshot)) {
    if (behaviour_of(*snapshot).unseen) continue;
    if (is_deleting(*snapshot)) {
      remove_snapshot(*snapshot);
    } else {
      sync(snapshot);
    }
  }
}

void SnapshotController::sync(ObjectPtr snapshot) {
  if (claim_name(*snapshot).empty()) return sync_static(*snapshot);
  cluster_.add_finalizer(name_, *snapshot, marks::kSourceProtection);
  snapshot = cluster_.find(kinds::kSnapshot, snapshot->namespace_(), snapshot->name());
  if (!snapshot) return;
  const std::string bound(json::find_string(snapshot->value(), "/status/boundVolumeSnapshotContentName"));
  ObjectPtr content = cluster_.find(kinds::kSnapshotContent, "", content_name(*snapshot));
  if (!content && !bound.empty() && json::find_string(snapshot->value(), "/status/error/message") != kMissing) {
    wake_at(cluster_.executor.now() + std::chrono::seconds(1));
    return report(*snapshot, std::string(kMissing), true);
  }
  if (!content) {
    const Origin origin = origin_of(*snapshot);
    if (!origin.error.empty()) {
      wake_at(cluster_.executor.now() + std::chrono::seconds(2));
      return report(*snapshot, origin.error, false);
    }
    create_content(*snapshot, origin);
    content = cluster_.find(kinds::kSnapshotContent, "", content_name(*snapshot));
    if (!content) return;
  }
  if (json::find_string(content->value(), "/spec/deletionPolicy") == "Delete" &&
      !has_finalizer(*snapshot, marks::kBoundProtection)) {
    cluster_.add_finalizer(name_, *snapshot, marks::kBoundProtection);
    snapshot = cluster_.find(kinds::kSnapshot, snapshot->namespace_(), snapshot->name());
  }
  if (!snapshot) return;
  copy_status(*snapshot, *content);
  note_late(*snapshot);
}

/// A content that somebody made beforehand.
void SnapshotController::sync_static(const StoredObject& snapshot) {
  const std::string name(json::find_string(snapshot.value(), "/spec/source/volumeSnapshotContentName"));
  const ObjectPtr content = cluster_.find(kinds::kSnapshotContent, "", name);
  if (!content) {
    wake_at(cluster_.executor.now() + std::chrono::seconds(2));
    return report(snapshot, "VolumeSnapshotContent is missing", false);
  }
  const std::string_view bound = json::find_string(content->value(), "/spec/volumeSnapshotRef/uid");
  if (bound.empty()) {
    const json::Object reference{{"uid", text(snapshot.uid())}};
    cluster_.patch(name_, *content, json::Object{{"spec", json::Object{{"volumeSnapshotRef", reference}}}});
  } else if (bound != snapshot.uid()) {
    return report(snapshot, fmt::format("VolumeSnapshotContent [{}] is bound to a different snapshot", name), false);
  }
  cluster_.add_finalizer(name_, snapshot, marks::kSourceProtection);
  const ObjectPtr now = cluster_.find(kinds::kSnapshot, snapshot.namespace_(), snapshot.name());
  if (now) copy_status(*now, *content);
}

ObjectPtr SnapshotController::class_of(const StoredObject& snapshot, std::string& error) const {
  const std::string named(json::find_string(snapshot.value(), "/spec/volumeSnapshotClassName"));
  if (!named.empty()) {
    ObjectPtr found = cluster_.find(kinds::kSnapshotClass, "", named);
    if (!found) {
      error = fmt::format(
          "Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io \"{}\" not found", named
      );
    }
    return found;
  }
  std::vector<ObjectPtr> defaults = cluster_.list(kinds::kSnapshotClass);
  std::erase_if(defaults, [](const ObjectPtr& each) { return !is_default(*each); });
  if (defaults.size() == 1) return defaults.front();
  error = defaults.empty() ? "Failed to set default snapshot class with error cannot find default snapshot class"
                           : fmt::format("{} default snapshot classes were found", defaults.size());
  return nullptr;
}

SnapshotController::Origin SnapshotController::origin_of(const StoredObject& snapshot) {
  Origin origin;
  origin.snapshot_class = class_of(snapshot, origin.error);
  if (!origin.snapshot_class) return origin;
  const std::string prefix = "Failed to create snapshot content with error ";
  origin.claim = cluster_.find(kinds::kClaim, snapshot.namespace_(), claim_name(snapshot));
  if (!origin.claim) {
    origin.error = fmt::format(
        "{}snapshot controller failed to update {} on API server: cannot get claim from snapshot", prefix,
        snapshot.name()
    );
    return origin;
  }
  if (is_deleting(*origin.claim) && !has_finalizer(*origin.claim, marks::kClaimProtection)) {
    origin.error = prefix + "cannot add finalizer on claim because it is being deleted";
    return origin;
  }
  // Before it is known whether the claim is bound: that is how the real one locks claims that wait for a consumer.
  cluster_.add_finalizer(name_, *origin.claim, marks::kClaimProtection);
  const std::string volume(json::find_string(origin.claim->value(), "/spec/volumeName"));
  if (!volume.empty()) origin.volume = cluster_.find(kinds::kVolume, "", volume);
  if (!origin.volume) {
    origin.error = fmt::format(
        "{}the PVC {} is not yet bound to a PV, will not attempt to take a snapshot", prefix, claim_name(snapshot)
    );
  } else if (json::find(origin.volume->value(), "/spec/csi") == nullptr) {
    origin.error = fmt::format("{}cannot find CSI PersistentVolumeSource for volume {}", prefix, volume);
  }
  return origin;
}

void SnapshotController::create_content(const StoredObject& snapshot, const Origin& origin) {
  const json::Value& volume = origin.volume->value();
  const std::string_view mode = json::find_string(volume, "/spec/volumeMode");
  cluster_.create(
      name_, kinds::kSnapshotContent,
      json::Object{
          {"apiVersion", "snapshot.storage.k8s.io/v1"},
          {"kind", "VolumeSnapshotContent"},
          {"metadata",
           json::Object{
               {"name", text(content_name(snapshot))}, {"finalizers", json::Array{text(marks::kContentProtection)}}
           }},
          {"spec",
           json::Object{
               {"volumeSnapshotRef",
                json::Object{
                    {"apiVersion", "snapshot.storage.k8s.io/v1"},
                    {"kind", "VolumeSnapshot"},
                    {"namespace", text(snapshot.namespace_())},
                    {"name", text(snapshot.name())},
                    {"uid", text(snapshot.uid())}
                }},
               {"source", json::Object{{"volumeHandle", text(json::find_string(volume, "/spec/csi/volumeHandle"))}}},
               // The class's driver, unchecked: a class of another driver gives a content that nobody looks after.
               {"driver", text(json::find_string(origin.snapshot_class->value(), "/driver"))},
               {"deletionPolicy", text(json::find_string(origin.snapshot_class->value(), "/deletionPolicy"))},
               {"volumeSnapshotClassName", text(origin.snapshot_class->name())},
               {"sourceVolumeMode", text(mode.empty() ? "Filesystem" : mode)}
           }}
      }
  );
}

void SnapshotController::copy_status(const StoredObject& snapshot, const StoredObject& content) {
  const json::Value& from = content.value();
  const json::Value* have = json::find(snapshot.value(), "/status");
  const bool ready = is_true(from, "/status/readyToUse");
  json::Object wanted{{"boundVolumeSnapshotContentName", text(content.name())}, {"readyToUse", ready}};
  // Filled once and never updated.
  const std::int64_t cut = number_at(from, "/status/creationTime", 0);
  if (cut != 0 && (have == nullptr || json::find_key(*have, "creationTime") == nullptr)) {
    wanted["creationTime"] = text(format_time(WallTime(std::chrono::microseconds(cut / 1000))));
  }
  const std::int64_t size = number_at(from, "/status/restoreSize", 0);
  if (size != 0 && (have == nullptr || json::find_key(*have, "restoreSize") == nullptr)) {
    wanted["restoreSize"] = text(fmt::format("{}", size));
  }
  const json::Value* error = json::find(from, "/status/error");
  const std::string& late = behaviour_of(snapshot).late_error;
  const bool keeps_late = !late.empty() && json::find_string(snapshot.value(), "/status/error/message") == late;
  if (keeps_late && behaviour_of(snapshot).late_unready) wanted["readyToUse"] = false;
  if (!keeps_late) wanted["error"] = error == nullptr ? json::Value() : *error;
  const bool same = have != nullptr && std::ranges::all_of(wanted, [&](const auto& item) {
                      const json::Value* now = json::find_key(*have, std::string_view(item.key()));
                      return item.value().is_null() ? now == nullptr : now != nullptr && *now == item.value();
                    });
  if (!same) cluster_.patch_status(name_, snapshot, std::move(wanted));
  if (ready) release_claim(snapshot);
}

void SnapshotController::report(const StoredObject& snapshot, const std::string& message, bool unready) {
  json::Object status;
  if (unready) status["readyToUse"] = false;
  if (json::find_string(snapshot.value(), "/status/error/message") != message) {
    status["error"] = json::Object{{"message", text(message)}, {"time", text(format_time(cluster_.wall()))}};
  } else if (!unready || !is_ready(snapshot)) {
    return;
  }
  cluster_.patch_status(name_, snapshot, std::move(status));
}

/// What happens to a snapshot after it has been ready for a while.
void SnapshotController::note_late(const StoredObject& snapshot) {
  const SnapshotBehaviour& behaviour = behaviour_of(snapshot);
  if (behaviour.late_error.empty() && behaviour.content_lost_after == Duration{}) return;
  const ObjectPtr now = cluster_.find(kinds::kSnapshot, snapshot.namespace_(), snapshot.name());
  if (!now || !is_ready(*now)) return;
  const auto mono_of = [](Duration duration) { return std::chrono::duration_cast<MonoTime::duration>(duration); };
  const MonoTime since = ready_since_.try_emplace(snapshot.uid(), cluster_.executor.now()).first->second;
  if (!behaviour.late_error.empty()) {
    const MonoTime due = since + mono_of(behaviour.late_after);
    if (cluster_.executor.now() < due) return wake_at(due);
    report(*now, behaviour.late_error, behaviour.late_unready);
  }
  if (behaviour.content_lost_after == Duration{}) return;
  const MonoTime due = since + mono_of(behaviour.content_lost_after);
  if (cluster_.executor.now() < due) return wake_at(due);
  const ObjectPtr content = cluster_.find(kinds::kSnapshotContent, "", content_name(snapshot));
  // Once: the content that the controller makes in its place is left alone.
  chosen_[snapshot.uid()].content_lost_after = {};
  if (!content) return;
  cluster_.remove("somebody", *content);
  if (const ObjectPtr left = cluster_.find(kinds::kSnapshotContent, "", content->name())) {
    cluster_.remove_finalizer("somebody", *left, marks::kContentProtection);
  }
}

/// The claim is free when no other snapshot of it is still being taken.
void SnapshotController::release_claim(const StoredObject& snapshot) {
  const ObjectPtr claim = cluster_.find(kinds::kClaim, snapshot.namespace_(), claim_name(snapshot));
  if (!claim || !has_finalizer(*claim, marks::kClaimProtection)) return;
  for (const ObjectPtr& other : cluster_.list(kinds::kSnapshot, snapshot.namespace_())) {
    if (other->uid() == snapshot.uid() || claim_name(*other) != claim->name()) continue;
    if (!is_deleting(*other) && !is_ready(*other)) return;
  }
  cluster_.remove_finalizer(name_, *claim, marks::kClaimProtection);
}

bool SnapshotController::is_being_restored(const StoredObject& snapshot) const {
  const auto claims = cluster_.list(kinds::kClaim, snapshot.namespace_());
  return std::ranges::any_of(claims, [&](const ObjectPtr& claim) {
    return json::find_string(claim->value(), "/spec/dataSource/kind") == "VolumeSnapshot" &&
           json::find_string(claim->value(), "/spec/dataSource/name") == snapshot.name() &&
           json::find_string(claim->value(), "/status/phase") == "Pending";
  });
}

void SnapshotController::remove_snapshot(const StoredObject& snapshot) {
  if (is_being_restored(snapshot)) return wake_at(cluster_.executor.now() + std::chrono::seconds(2));
  release_claim(snapshot);
  const std::string_view bound = json::find_string(snapshot.value(), "/status/boundVolumeSnapshotContentName");
  const ObjectPtr content =
      cluster_.find(kinds::kSnapshotContent, "", bound.empty() ? content_name(snapshot) : std::string(bound));
  if (content && json::find_string(content->value(), "/spec/volumeSnapshotRef/uid") == snapshot.uid()) {
    if (json::find(
            content->value(), "/metadata/annotations/snapshot.storage.kubernetes.io~1volumesnapshot-being-deleted"
        ) == nullptr) {
      const json::Object mark{{std::string(marks::kBeingDeleted), "yes"}};
      cluster_.patch(name_, *content, json::Object{{"metadata", json::Object{{"annotations", mark}}}});
    }
    if (json::find_string(content->value(), "/spec/deletionPolicy") == "Delete") {
      if (!is_deleting(*content)) cluster_.remove(name_, *content);
      return;  // its end wakes us
    }
  }
  cluster_.remove_finalizer(name_, snapshot, marks::kBoundProtection);
  if (const ObjectPtr now = cluster_.find(kinds::kSnapshot, snapshot.namespace_(), snapshot.name())) {
    if (now->uid() == snapshot.uid()) cluster_.remove_finalizer(name_, *now, marks::kSourceProtection);
  }
}

}  // namespace snapstash::sim
