#pragma once
#include "features/cluster/stores.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::restore {

/// Makes a controller of `restores` (RestoreSessions or RestoreBatches) look at each when something it depends on has
/// changed: its Jobs, pods and PVCs, and targets that it may be waiting for.
template <class Kind>
void watch(runtime::Controller& controller, cluster::Stores& stores, runtime::Store<Kind>& restores);

}  // namespace snapstash::restore
