#pragma once
#include "features/jobs/ports.hpp"
#include "features/restore/job.hpp"

namespace snapstash::restore {

/// What the restore Job's pod does: creates the PVCs of one session that do not exist yet, all in flight together,
/// checks that the API server kept their dataSource (a dropped one is an empty volume), and waits, by one watch, until
/// those are bound that need no pod for it. Returns an exit code of jobs/ports.hpp: kDone when all of that is so,
/// kFailed when some could not be created (the termination message says which and why), kStopped when stopped. May be
/// run again at any time, also beside another run: PVCs that carry the session's UID are taken for what they are.
Task<int> create_claims(jobs::Ports ports, Errand errand);

/// Whether a PVC, as the API server has it, will be filled from the snapshot it was meant to be. Pure.
bool keeps_source(const json::Value& created, const std::string& snapshot);

}  // namespace snapstash::restore
