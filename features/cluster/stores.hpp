#pragma once
#include <string>
#include <vector>

#include "api/backup_batch.hpp"
#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/cluster/jobs.hpp"
#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "api/cluster/workloads.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"
#include "features/cluster/batch.hpp"
#include "features/cluster/owned.hpp"
#include "kernel/kube/request.hpp"
#include "kernel/runtime/store.hpp"

/// The cluster as the operator sees it: one store per kind, each filled by one watch. Every feature reads from here and
/// asks the API server only what no watch shows.
namespace snapstash::cluster {

struct Stores {
  Stores();
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  runtime::Store<api::BackupConfiguration> configurations;
  runtime::Store<api::BackupBatch> batches;
  runtime::Store<api::BackupSession> sessions;
  runtime::Store<api::RestoreSession> restores;
  runtime::Store<api::RestoreBatch> restore_batches;
  runtime::Store<api::BackupBlueprint> blueprints;
  runtime::Store<CronJob> cron_jobs;
  runtime::Store<ServiceAccount> accounts;
  runtime::Store<RoleBinding> bindings;
  runtime::Store<api::Job> jobs;
  runtime::Store<api::Pod> pods;
  runtime::Store<api::VolumeSnapshot> snapshots;
  runtime::Store<api::VolumeSnapshotClass> snapshot_classes;
  runtime::Store<api::PersistentVolumeClaim> claims;
  runtime::Store<api::PersistentVolume> volumes;
  runtime::Store<api::StorageClass> storage_classes;
  runtime::Store<api::Deployment> deployments;
  runtime::Store<api::StatefulSet> stateful_sets;
  runtime::Store<api::DaemonSet> daemon_sets;
};

/// Names of indexes.
/// Sessions by the key of what they are a run of (`invoker_key`); snapshots by `snapshot_group`.
inline constexpr std::string_view kByInvoker = "invoker";
/// Configurations and batches by what they back up (`target_key`).
inline constexpr std::string_view kByTarget = "target";
/// Jobs and configurations by the UID of the object that controls them; pods by that of their Job.
inline constexpr std::string_view kByOwner = "owner";
/// Snapshots by the UID of the session that made them.
inline constexpr std::string_view kBySession = "session";

/// Workloads and PVCs by the BackupBlueprints that their annotation names.
inline constexpr std::string_view kByBlueprint = "blueprint";

/// Returns the names in the annotation `stash.appscode.com/backup-blueprint`, each once, in its order; none without it.
std::vector<std::string> blueprints_of(const kube::ObjectMeta& metadata);

/// Returns "Deployment/demo/web".
std::string target_key(std::string_view kind, std::string_view namespace_, std::string_view name);
/// Returns what `Stores::snapshots` is indexed by under kByInvoker: which snapshots are a configuration's, or a
/// batch's.
std::string snapshot_group(const api::BackupConfiguration& configuration);

/// Returns what a session is a run of, a batch as a whole; nullptr when there is none.
std::shared_ptr<const api::BackupConfiguration> invoker_of(const Stores& stores, const api::BackupSession& session);

/// Returns what a session backs up: its configuration, or the members of its batch, in their order; none when it is
/// gone.
std::vector<std::shared_ptr<const api::BackupConfiguration>> plans_of(
    const Stores& stores, const api::BackupSession& session
);

/// Returns whatever has a schedule: the configurations and, as wholes, the batches that are ours.
std::vector<std::shared_ptr<const api::BackupConfiguration>> invokers(const Stores& stores);

/// What each store is filled from. Our own objects of other people's kinds are found by Stash's managed-by label;
/// snapshots by the label of ours that says which session made them.
kube::Selection managed_objects(const std::string& namespace_);
kube::Selection our_snapshots(const std::string& namespace_);

}  // namespace snapstash::cluster
