#include <fmt/format.h>

#include "sim/actors/capacity.hpp"
#include "sim/actors/snapshot_controller.hpp"

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

MonoTime::duration mono_of(Duration duration) { return std::chrono::duration_cast<MonoTime::duration>(duration); }

}  // namespace

/// A driver looks after its own contents only.
bool CsiSnapshotter::is_own(const StoredObject& content) const {
  const std::string_view handle = json::find_string(content.value(), "/spec/source/volumeHandle");
  if (handle.empty()) return true;
  for (const ObjectPtr& volume : cluster_.list(kinds::kVolume)) {
    if (json::find_string(volume->value(), "/spec/csi/volumeHandle") != handle) continue;
    return json::find_string(volume->value(), "/spec/csi/driver") == json::find_string(content.value(), "/spec/driver");
  }
  return true;
}

void CsiSnapshotter::pass() {
  for (const ObjectPtr& content : cluster_.list(kinds::kSnapshotContent)) {
    auto call = calls_.find(content->uid());
    if (call == calls_.end()) {
      const ObjectPtr snapshot = cluster_.find(
          kinds::kSnapshot, json::find_string(content->value(), "/spec/volumeSnapshotRef/namespace"),
          json::find_string(content->value(), "/spec/volumeSnapshotRef/name")
      );
      SnapshotBehaviour behaviour = snapshot ? controller_.behaviour_of(*snapshot) : SnapshotBehaviour{};
      if (!is_own(*content)) behaviour.silent = true;
      call = calls_.emplace(content->uid(), Call{std::move(behaviour), cluster_.executor.now(), {}}).first;
    }
    if (call->second.behaviour.silent) continue;
    if (is_deleting(*content)) {
      remove_content(*content, call->second);
    } else {
      make_ready(*content, call->second);
    }
  }
}

void CsiSnapshotter::make_ready(const StoredObject& content, const Call& call) {
  if (is_true(content.value(), "/status/readyToUse")) return;
  const SnapshotBehaviour& behaviour = call.behaviour;
  const MonoTime now = cluster_.executor.now();
  MonoTime begun = call.begun;
  if (!behaviour.error.empty()) {
    const MonoTime healed = begun + mono_of(behaviour.error_lasts);
    const bool for_ever = behaviour.error_lasts == Duration{};
    if (for_ever || now < healed) {
      if (!for_ever) wake_at(healed);
      if (json::find(content.value(), "/status/error") != nullptr) return;
      const std::string message =
          "Failed to check and update snapshot content: failed to take snapshot of the volume: " + behaviour.error;
      cluster_.patch_status(
          name_, content,
          json::Object{
              {"readyToUse", false},
              {"error", json::Object{{"message", text(message)}, {"time", text(format_time(cluster_.wall()))}}}
          }
      );
      return;
    }
    begun = healed;
  }
  const MonoTime cut = begun + mono_of(behaviour.cut_after);
  if (now < cut) return wake_at(cut);
  const MonoTime ready = cut + mono_of(behaviour.ready_after);
  if (now < ready) wake_at(ready);
  const bool known = json::find(content.value(), "/status/snapshotHandle") != nullptr;
  if (known && now < ready) return;
  json::Object status{{"readyToUse", now >= ready}, {"error", json::Value()}};
  if (!known) {
    const std::string_view handle = json::find_string(content.value(), "/spec/source/snapshotHandle");
    std::int64_t size = 0;
    for (const ObjectPtr& volume : cluster_.list(kinds::kVolume)) {
      if (json::find_string(volume->value(), "/spec/csi/volumeHandle") ==
          json::find_string(content.value(), "/spec/source/volumeHandle")) {
        size = bytes_of(json::find_string(volume->value(), "/spec/capacity/storage"));
      }
    }
    status["snapshotHandle"] = text(handle.empty() ? "snap-" + content.uid() : std::string(handle));
    status["creationTime"] =
        std::chrono::duration_cast<std::chrono::nanoseconds>(cluster_.wall().time_since_epoch()).count();
    if (size != 0) status["restoreSize"] = size;
  }
  cluster_.patch_status(name_, content, std::move(status));
}

void CsiSnapshotter::remove_content(const StoredObject& content, Call& call) {
  if (call.behaviour.delete_hangs) return;
  const MonoTime now = cluster_.executor.now();
  if (!call.deleted) call.deleted = now + mono_of(call.behaviour.delete_takes);
  if (now < *call.deleted) return wake_at(*call.deleted);
  calls_.erase(content.uid());
  cluster_.remove_finalizer(name_, content, marks::kContentProtection);
}

}  // namespace snapstash::sim
