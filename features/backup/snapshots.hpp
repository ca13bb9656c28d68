#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/cluster/snapshots.hpp"
#include "features/backup/volume.hpp"
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"

/// What exists of a session's VolumeSnapshots.
namespace snapstash::backup {

using Snapshots = std::vector<std::shared_ptr<const api::VolumeSnapshot>>;

/// What a VolumeSnapshot means to its session; `bound_back`: its content names it too. Pure.
SnapshotView view(const api::VolumeSnapshot& snapshot, bool bound_back);

/// Returns the snapshots of a session as the API server has them now. Errors: those of the request.
Task<Result<Snapshots>> snapshots_now(const cluster::Context& context, std::string namespace_, std::string session_uid);

/// Puts what exists beside what was planned. A volume has at most one snapshot: names derive from the session. Asks
/// for contents with an unusual name. Errors: those of the requests.
Task<Result<void>> add_snapshots(const cluster::Context& context, Snapshots snapshots, std::vector<Volume>& volumes);

}  // namespace snapstash::backup
