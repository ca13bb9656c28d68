#pragma once
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::metrics {

/// Returns what Stash pushes to its Pushgateway, under both its prefixes (`stash_appscode_com_…` and the older one) and
/// with its labels, so that dashboards and alerts made for it go on: of each BackupConfiguration the newest session
/// that succeeded or failed, of each RestoreSession how it ended. What Stash leaves out of a failure is left out, too.
/// Different on purpose: a restore's success is its success (Stash always says 0: B25); a host's data size is its
/// snapshot's restore size; numbers of files, which no VolumeSnapshot knows, are not there. Pure.
std::vector<runtime::MetricFamily> stash_families(const cluster::Stores& stores);

}  // namespace snapstash::metrics
