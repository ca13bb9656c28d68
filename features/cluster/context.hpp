#pragma once
#include "features/cluster/stores.hpp"
#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/runtime/event_recorder.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::cluster {

/// What every controller works with. All must outlive them.
struct Context {
  Stores& stores;  ///< Read only, but for what controllers expect of them.
  kube::Client& client;
  const Clock& clock;
  Log& log;
  runtime::EventRecorder& events;
  runtime::Registry& registry;
};

}  // namespace snapstash::cluster
