#pragma once
#include <map>
#include <optional>
#include <string>

#include "sim/actors/actor.hpp"
#include "sim/actors/snapshot_behaviour.hpp"

namespace snapstash::sim {

/// external-snapshotter's snapshot-controller (v8.6): binds snapshots to contents, copies what the driver says, keeps
/// finalizers, and makes deletions wait for each other. Left out: groups, distributed snapshotting, and its events.
class SnapshotController final : public Actor {
 public:
  SnapshotController(
      Cluster cluster, SnapshotBehaviours behaviours,
      Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(150)}
  )
      : Actor(
            cluster, "snapshot-controller", pace,
            {kinds::kSnapshot, kinds::kSnapshotContent, kinds::kSnapshotClass, kinds::kClaim}
        ),
        behaviours_(std::move(behaviours)) {}

  /// Returns how that snapshot goes; the first to ask decides.
  const SnapshotBehaviour& behaviour_of(const StoredObject& snapshot);

 private:
  /// What a snapshot is made of, or why there cannot be a content.
  struct Origin {
    ObjectPtr snapshot_class, claim, volume;
    std::string error;
  };

  void pass() override;
  void sync(ObjectPtr snapshot);
  void sync_static(const StoredObject& snapshot);
  void remove_snapshot(const StoredObject& snapshot);
  Origin origin_of(const StoredObject& snapshot);
  ObjectPtr class_of(const StoredObject& snapshot, std::string& error) const;
  void create_content(const StoredObject& snapshot, const Origin& origin);
  void copy_status(const StoredObject& snapshot, const StoredObject& content);
  void report(const StoredObject& snapshot, const std::string& message, bool unready);
  void note_late(const StoredObject& snapshot);
  void release_claim(const StoredObject& snapshot);
  bool is_being_restored(const StoredObject& snapshot) const;

  SnapshotBehaviours behaviours_;
  std::map<std::string, SnapshotBehaviour> chosen_;  // by UID
  std::map<std::string, MonoTime> ready_since_;
};

/// The csi-snapshotter sidecar and the driver behind it: makes contents ready, and deletes them.
class CsiSnapshotter final : public Actor {
 public:
  CsiSnapshotter(
      Cluster cluster, SnapshotController& controller,
      Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(100)}
  )
      : Actor(cluster, "csi-snapshotter", pace, {kinds::kSnapshotContent}), controller_(controller) {}

 private:
  struct Call {
    SnapshotBehaviour behaviour;
    MonoTime begun{};
    std::optional<MonoTime> deleted;
  };

  void pass() override;
  void make_ready(const StoredObject& content, const Call& call);
  void remove_content(const StoredObject& content, Call& call);
  bool is_own(const StoredObject& content) const;

  SnapshotController& controller_;
  std::map<std::string, Call> calls_;  // by the content's UID
};

}  // namespace snapstash::sim
