#pragma once
#include <string>

#include "features/cluster/context.hpp"
#include "features/restore/act.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::restore {

/// Drives RestoreSessions of our driver; those of Stash's are left alone. Everything it is given must outlive it.
class Controller {
 public:
  Controller(cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency);

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one session one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  Task<Result<void>> write_status(const Sight& sight, const Decision& decision, api::RestoreSession::Status status);

  cluster::Context context_;
  Settings settings_;
  runtime::Controller controller_;
};

}  // namespace snapstash::restore
