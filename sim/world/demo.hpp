#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/world.hpp"

/// What a user has before backing it up, and the objects that back it up.
namespace snapstash::sim {

inline constexpr std::string_view kDriver = "hostpath.csi.k8s.io";
inline constexpr std::string_view kDemoClass = "csi-standard";

/// Creates a namespace.
void create_namespace(World& world, const std::string& name);
/// Creates the StorageClass `csi-standard` (the default), `csi-late` (WaitForFirstConsumer) and the default
/// VolumeSnapshotClass `csi-snapshot-class`, all of the same driver.
void create_storage_classes(World& world);
/// Creates a PVC of 1 GiB that is bound already, and its volume.
void create_bound_claim(World& world, const std::string& namespace_, const std::string& name);
/// Creates a PVC that the provisioner will look after.
void create_claim(World& world, const std::string& namespace_, const std::string& name, std::string_view storage_class);
/// Creates a pod of an application, without an owner: one of those that the selector of the Deployment or StatefulSet
/// `app` picks. It mounts these PVCs and runs until it is told to stop.
void create_application_pod(
    World& world, const std::string& namespace_, const std::string& name, const std::string& app,
    const std::vector<std::string>& claims
);
/// Creates a Deployment that mounts these PVCs.
void create_deployment(
    World& world, const std::string& namespace_, const std::string& name, const std::vector<std::string>& claims
);
/// Creates a StatefulSet with one template `data`; its PVCs come by the workload controller and the provisioner.
void create_stateful_set(World& world, const std::string& namespace_, const std::string& name, int replicas);

/// Returns a BackupConfiguration of a target, e.g. {"Deployment", "web"}; `keep_last` snapshots of each PVC are kept.
json::Value backup_configuration(
    const std::string& namespace_, const std::string& name, const std::pair<std::string, std::string>& target,
    std::string_view schedule, int keep_last = 5
);
/// Returns a BackupBatch of such targets.
json::Value backup_batch(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::pair<std::string, std::string>>& targets, std::string_view schedule
);
/// Returns a BackupSession of a batch.
json::Value batch_session(const std::string& namespace_, const std::string& name, const std::string& batch);
/// Returns a BackupSession of a configuration, as `kubectl snapstash trigger` makes it.
json::Value backup_session(const std::string& namespace_, const std::string& name, const std::string& configuration);
/// Returns a RestoreSession that makes a PVC `<snapshot's claim>` … from each {PVC, snapshot}.
json::Value restore_session(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::pair<std::string, std::string>>& claims_and_snapshots
);

/// Returns a RestoreBatch with one member for each such list.
json::Value restore_batch(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::vector<std::pair<std::string, std::string>>>& members
);

/// Storage classes, namespace demo, bound PVCs `data` and `config`, Deployment `web` that mounts both.
void create_demo(World& world);

}  // namespace snapstash::sim
