#pragma once
#include <memory>
#include <string>
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/metrics.hpp"
#include "kernel/runtime/watcher.hpp"

namespace snapstash {

/// One watch per store, running from the start, on a standby too: who becomes leader knows the cluster already.
class Watches {
 public:
  Watches(
      kube::Client& client, cluster::Stores& stores, runtime::Watcher::Ports ports, runtime::Registry& registry,
      const std::string& namespace_
  );

  void start(TaskGroup& group);

  /// An error that names the collections which have not been listed yet; for /readyz.
  Result<void> synced() const;

  /// The first error of a watch that can only be healed by a restart (Watcher::health); for /healthz.
  Result<void> health() const;

 private:
  struct Watch {
    runtime::StoreBase* store;
    std::unique_ptr<runtime::Collection> collection;
    std::unique_ptr<runtime::Watcher> watcher;
    runtime::Subscription metrics;
  };
  std::vector<Watch> watches_;
};

}  // namespace snapstash
