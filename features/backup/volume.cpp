#include "features/backup/volume.hpp"

#include <fmt/format.h>

#include "kernel/base/mutant.hpp"

namespace snapstash::backup {
namespace {

std::string drivers_words(const SnapshotView& snapshot) {
  if (!snapshot.error.empty()) return fmt::format("The CSI driver's last message: {}", snapshot.error);
  return "The CSI driver has said nothing about it; check that its csi-snapshotter sidecar and the snapshot-controller "
         "run.";
}

Outcome failed(std::string message, bool delete_snapshot = false) {
  return {.state = VolumeState::kFailed, .message = std::move(message), .delete_snapshot = delete_snapshot};
}

Outcome judge_missing(const Volume& volume, const Circumstances& seen) {
  const std::string why = volume.creation_error.empty() ? seen.job_error : volume.creation_error;
  if (seen.job_is_over) {
    return failed(
        why.empty() ? fmt::format("The VolumeSnapshot of PVC {} was deleted before it was ready.", volume.pvc)
                    : fmt::format("No VolumeSnapshot of PVC {} could be created: {}", volume.pvc, why)
    );
  }
  if (seen.now >= seen.clocks.cut) {
    return failed(
        fmt::format("No VolumeSnapshot of PVC {} was created in time.{}", volume.pvc, why.empty() ? "" : " " + why)
    );
  }
  return {.state = VolumeState::kUncreated, .message = why};
}

/// Why a snapshot was not taken of the application as preBackup left it; "" = it was, or may still be.
std::string missed_the_hold(const Volume& volume, const Circumstances& seen) {
  if (!seen.held || is_mutant("forget-the-hold")) return "";
  if (!volume.creation_error.empty()) return volume.creation_error;
  if (seen.lost_track) return "the session's Job was deleted before it could say whether its hooks held";
  const bool uncut = !volume.snapshot->cut_at;
  return uncut && seen.job_is_over ? "the session's Job ended before it was cut: " + seen.job_error : "";
}

}  // namespace

bool needs_creation(const Volume& volume) { return volume.obstacle.empty() && !volume.snapshot; }

Outcome judge(const Volume& volume, const Circumstances& seen) {
  if (!volume.obstacle.empty()) return failed(volume.obstacle);
  if (!volume.snapshot) return judge_missing(volume, seen);
  const SnapshotView& snapshot = *volume.snapshot;
  if (const std::string missed = missed_the_hold(volume, seen); !missed.empty()) {
    const bool useless = !snapshot.cut_at && !snapshot.held;
    return failed(
        fmt::format(
            "VolumeSnapshot {} was not taken while hooks held the application{}: {}", snapshot.name,
            useless ? " and is deleted" : "; it is kept", missed
        ),
        useless
    );
  }
  if ((snapshot.ready || is_mutant("believe-the-unready")) && !snapshot.deleting)
    return {.state = VolumeState::kSucceeded};
  if (snapshot.deleting) return failed(fmt::format("VolumeSnapshot {} is being deleted.", snapshot.name));
  if (!snapshot.cut_at && seen.now >= seen.clocks.cut && !is_mutant("forget-the-deadline")) {
    return failed(
        fmt::format(
            "VolumeSnapshot {} was not taken in time and is deleted. {}", snapshot.name, drivers_words(snapshot)
        ),
        !snapshot.held
    );
  }
  if (seen.now >= seen.clocks.ready) {
    return failed(fmt::format(
        "VolumeSnapshot {} was taken but is not ready in time; it is kept and may become ready later. {}",
        snapshot.name, drivers_words(snapshot)
    ));
  }
  return {.state = snapshot.cut_at ? VolumeState::kUnready : VolumeState::kUncut, .message = snapshot.error};
}

}  // namespace snapstash::backup
