#pragma once
#include <cstddef>
#include <string>

#include "features/cluster/context.hpp"
#include "features/restore/job.hpp"
#include "features/restore_batch/observe.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::restore_batch {

/// Drives every RestoreBatch of our driver to its end: each member as a RestoreSession of its own, around them the
/// batch's own hooks. Everything it is given must outlive it.
class Controller {
 public:
  Controller(
      cluster::Context context, restore::Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
  );

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one batch one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  struct Pass;
  Task<Result<void>> drive(Pass& pass);
  Task<Result<void>> look_again(Pass& pass);
  Task<Result<void>> drive_member(Pass& pass, std::size_t member);
  Task<Result<void>> drive_hook(
      Pass& pass, const batch::HookStep& step, std::string_view which, std::optional<jobs::JobView> job
  );
  Task<Result<void>> create_hook_job(Pass& pass, std::string_view which);
  Task<Result<void>> write_status(Pass& pass);

  cluster::Context context_;
  restore::Settings settings_;
  runtime::Controller controller_;
};

}  // namespace snapstash::restore_batch
