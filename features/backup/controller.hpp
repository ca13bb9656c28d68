#pragma once
#include <string>

#include "features/backup/act.hpp"
#include "features/cluster/context.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::backup {

/// Drives BackupSessions. Everything it is given must outlive it.
class Controller {
 public:
  Controller(cluster::Context context, JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency);

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one session one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  Task<Result<void>> write_status(const Sight& sight, const Decision& decision, std::string key);

  cluster::Context context_;
  JobSettings settings_;
  runtime::Controller controller_;
};

}  // namespace snapstash::backup
