#pragma once
#include "features/backup/job.hpp"
#include "features/jobs/ports.hpp"

namespace snapstash::backup {

/// What the snapshotter Job's pod does: creates the VolumeSnapshots of one session that do not exist yet, all in flight
/// together, and waits for the CSI driver by one watch. Returns an exit code of jobs/ports.hpp: kDone when all are
/// ready and bound, kFailed when some could not be created (the termination message says which and why), kStopped when
/// stopped. May be run again at any time, also beside another run: nothing is created twice.
Task<int> create_snapshots(jobs::Ports ports, Errand errand);

}  // namespace snapstash::backup
