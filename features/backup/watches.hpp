#pragma once
#include "features/cluster/stores.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::backup {

/// Makes a controller of BackupSessions look at each when something it depends on has changed: its Jobs, pods and
/// snapshots, what it is a run of, PVCs that it waits for, sessions that go before it. Sessions of configurations and
/// of batches alike: each controller passes over the other's.
void watch(runtime::Controller& controller, cluster::Stores& stores);

}  // namespace snapstash::backup
