#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/cluster/snapshots.hpp"
#include "features/cluster/stores.hpp"
#include "features/retention/plan.hpp"

/// What retention sees of the cluster.
namespace snapstash::retention {

Policy policy_of(const api::RetentionPolicy& written);

/// What the configuration says about the breaker. `applied`: the policies that its sessions have applied.
Breaker breaker_of(const api::BackupConfiguration& configuration, std::vector<std::string> applied);

/// Returns the policy that a session has applied, in words; "" for none.
std::string applied_by(const api::BackupSession& session);

/// Whether the user keeps this object from every deletion of ours.
bool is_held(const kube::ObjectMeta& metadata);

/// `session_ended`: the session that made it has ended, or is gone. A snapshot that is not ready is abandoned when, on
/// top of that, the configuration's readyDeadline is over.
Snapshot view(
    const api::VolumeSnapshot& snapshot, bool session_ended, const api::BackupConfiguration& configuration, WallTime now
);

/// Returns the snapshots of one PVC that this configuration made, or one of the same name before it; those that are
/// being deleted left out.
std::vector<Snapshot> own_snapshots(
    const cluster::Stores& stores, const api::BackupConfiguration& configuration, const std::string& pvc, WallTime now
);

}  // namespace snapstash::retention
