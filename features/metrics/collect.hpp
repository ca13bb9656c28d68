#pragma once
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/runtime/metrics.hpp"

/// What people alert on, computed from the cluster's state at every scrape: it survives restarts, and goes away with
/// the object. Counters of the program itself are the kernel's.
namespace snapstash::metrics {

/// Returns, per configuration (labels namespace, name) and batch (kind="BackupBatch" on top of them):
/// snapstash_backupconfiguration_created_timestamp_seconds, snapstash_backup_last_success_timestamp_seconds (from its
/// status), snapstash_backup_expected_interval_seconds and snapstash_backup_next_slot_timestamp_seconds (not while
/// paused; the latter not with a time zone of its own), snapstash_backup_stale and snapstash_backup_missed_slots (the
/// same), snapstash_backup_sessions (label phase), snapstash_backup_stalled_sessions,
/// snapstash_backup_retention_blocked; per PVC (label pvc) snapstash_backup_volume_last_success_timestamp_seconds, the
/// newest ready snapshot, and snapstash_backup_ready_snapshots; per namespace snapstash_restore_sessions (label phase).
/// Pure.
std::vector<runtime::MetricFamily> families(const cluster::Stores& stores, WallTime now);

/// Exports them as long as the subscription lives; stores and clock must live as long.
[[nodiscard]] runtime::Subscription export_backups(
    runtime::Registry& registry, const cluster::Stores& stores, const Clock& clock
);

}  // namespace snapstash::metrics
