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

Outcome judge_missing(
    const Volume& volume, const Clocks& clocks, WallTime now, bool job_is_over, const std::string& job_error
) {
  const std::string why = volume.creation_error.empty() ? job_error : volume.creation_error;
  if (job_is_over) {
    return failed(
        why.empty() ? fmt::format("The VolumeSnapshot of PVC {} was deleted before it was ready.", volume.pvc)
                    : fmt::format("No VolumeSnapshot of PVC {} could be created: {}", volume.pvc, why)
    );
  }
  if (now >= clocks.cut) {
    return failed(
        fmt::format("No VolumeSnapshot of PVC {} was created in time.{}", volume.pvc, why.empty() ? "" : " " + why)
    );
  }
  return {.state = VolumeState::kUncreated, .message = why};
}

}  // namespace

bool needs_creation(const Volume& volume) { return volume.obstacle.empty() && !volume.snapshot; }

Outcome judge(
    const Volume& volume, const Clocks& clocks, WallTime now, bool job_is_over, const std::string& job_error
) {
  if (!volume.obstacle.empty()) return failed(volume.obstacle);
  if (!volume.snapshot) return judge_missing(volume, clocks, now, job_is_over, job_error);
  const SnapshotView& snapshot = *volume.snapshot;
  if ((snapshot.ready || is_mutant("believe-the-unready")) && !snapshot.deleting)
    return {.state = VolumeState::kSucceeded};
  if (snapshot.deleting) return failed(fmt::format("VolumeSnapshot {} is being deleted.", snapshot.name));
  if (!snapshot.cut_at && now >= clocks.cut && !is_mutant("forget-the-deadline")) {
    return failed(
        fmt::format(
            "VolumeSnapshot {} was not taken in time and is deleted. {}", snapshot.name, drivers_words(snapshot)
        ),
        !snapshot.held
    );
  }
  if (now >= clocks.ready) {
    return failed(fmt::format(
        "VolumeSnapshot {} was taken but is not ready in time; it is kept and may become ready later. {}",
        snapshot.name, drivers_words(snapshot)
    ));
  }
  return {.state = snapshot.cut_at ? VolumeState::kUnready : VolumeState::kUncut, .message = snapshot.error};
}

}  // namespace snapstash::backup
