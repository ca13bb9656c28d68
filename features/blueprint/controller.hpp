#pragma once
#include <array>
#include <memory>

#include "features/cluster/context.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::blueprint {

/// What is done for the targets of one kind.
class Loop;

/// Keeps a BackupConfiguration for every Deployment, StatefulSet, DaemonSet and PersistentVolumeClaim whose annotation
/// names a BackupBlueprint of ours, and for no other. Everything it is given must outlive it.
class Controller {
 public:
  Controller(cluster::Context context, runtime::Controller::Ports ports);
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;
  ~Controller();

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

 private:
  Executor& executor_;
  std::array<std::unique_ptr<Loop>, 4> loops_;
};

}  // namespace snapstash::blueprint
