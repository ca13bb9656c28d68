#pragma once
#include <optional>
#include <string>

#include "kernel/base/time.hpp"

/// One PVC of one session: what was planned for it, what exists, and what that amounts to.
namespace snapstash::backup {

/// When a session's two clocks run out. Both count from the session's creation, so that they survive any restart.
struct Clocks {
  WallTime cut;    ///< By then the CSI driver must have taken the point in time.
  WallTime ready;  ///< By then the snapshot must be ready to be restored from.
};

/// What exists of a VolumeSnapshot, as far as this session cares.
struct SnapshotView {
  std::string name, uid;
  WallTime created;
  std::optional<WallTime> cut_at;  ///< status.creationTime: set once the point in time has been taken.
  bool ready = false;              ///< readyToUse, and bound to a content that is bound to it.
  bool deleting = false;
  bool held = false;  ///< snapstash.dev/hold: "true"
  std::string error;  ///< status.error.message: the driver's own words.
  std::optional<WallTime> error_at;
  std::string version;  ///< resourceVersion of what was seen.
  friend bool operator==(const SnapshotView&, const SnapshotView&) = default;
};

/// One PVC of the plan.
struct Volume {
  std::string pvc;
  std::string obstacle;  ///< Known before anything was created: why it cannot be snapshotted. "" = none.
  std::string class_name;
  std::optional<SnapshotView> snapshot;
  std::string creation_error;  ///< What the Job said when it could not create the VolumeSnapshot. "" = nothing.
  friend bool operator==(const Volume&, const Volume&) = default;
};

enum class VolumeState {
  kUncreated,  ///< No VolumeSnapshot yet.
  kUncut,      ///< Created; the driver has not taken the point in time.
  kUnready,    ///< Taken; still being made restorable (a cloud's upload).
  kSucceeded,
  kFailed,
};

/// What a volume amounts to, and what is to be done about it.
struct Outcome {
  VolumeState state = VolumeState::kUncreated;
  std::string message;           ///< For kFailed: why, and the driver's own message.
  bool delete_snapshot = false;  ///< Never cut and never will be: it would block its PVC (CSI A.3).
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// What a volume is judged by, besides itself.
struct Circumstances {
  Clocks clocks;
  WallTime now;
  bool job_is_over = false;  ///< No pod will create anything any more;
  std::string job_error;     ///< and this is why.
  /// Hooks hold the application while the snapshots are cut: what is cut later is worth nothing.
  bool held = false;
  /// Nobody knows whether the application was held: the Job is gone and has not said.
  bool lost_track = false;
};

/// Judges one volume. Pure. A snapshot that is ready is a success whatever else is said of it (a class deleted later
/// leaves `error` on a ready snapshot), unless it was taken of an application that should have been held and was not.
Outcome judge(const Volume& volume, const Circumstances& circumstances);

/// Whether the session still needs its Job's pod for this volume.
bool needs_creation(const Volume& volume);

}  // namespace snapstash::backup
