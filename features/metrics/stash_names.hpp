#pragma once
#include <functional>
#include <string>
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::metrics {

/// Returns what Stash pushes to its Pushgateway, under both its prefixes (`stash_appscode_com_…` and the older one) and
/// with its labels, so that dashboards and alerts made for it go on: of each BackupConfiguration the newest session
/// that succeeded or failed, of each RestoreSession and RestoreBatch how it ended. What Stash leaves out of a failure
/// is left out, too. Different on purpose: a restore's success is its success (Stash always says 0: B25); a host's data
/// size is its snapshot's restore size; numbers of files, which no VolumeSnapshot knows, are not there. Pure.
std::vector<runtime::MetricFamily> stash_families(const cluster::Stores& stores);

/// The same as Stash groups it in a Pushgateway: one job per BackupConfiguration, BackupBatch, RestoreSession or
/// RestoreBatch. Objects whose names lead to the same job ("a-b" in "c", and "b-c" in "a") share a group, where Stash
/// lets them overwrite each other.
struct StashGroup {
  std::string job;     ///< Kind in lower case, namespace and name: "backupconfiguration-demo-web".
  std::string owners;  ///< UIDs of the objects: others are other objects, even under the same names.
  std::vector<runtime::MetricFamily> families;  ///< None as long as there is no result.
};

/// Calls `take` for every group, by job; also for those of objects that exist but cannot be read. Pure.
void visit_stash_groups(const cluster::Stores& stores, const std::function<void(StashGroup)>& take);

}  // namespace snapstash::metrics
