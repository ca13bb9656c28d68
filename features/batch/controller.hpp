#pragma once
#include <cstddef>
#include <string>

#include "features/backup/act.hpp"
#include "features/batch/observe.hpp"
#include "features/cluster/context.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::batch {

/// Drives every BackupSession of a BackupBatch to its end: each member as a session of its own, around them the batch's
/// own hooks. Everything it is given must outlive it.
class Controller {
 public:
  Controller(
      cluster::Context context, backup::JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency
  );

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one session one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  struct Pass;
  Task<Result<void>> decide_whole(Pass& pass);
  Task<Result<void>> drive(Pass& pass);
  Task<Result<void>> drive_member(Pass& pass, std::size_t member);
  Task<Result<void>> drive_hook(
      Pass& pass, const HookStep& step, std::string_view which, std::optional<jobs::JobView> job
  );
  static void note_stall(Pass& pass);
  Task<Result<void>> create_hook_job(Pass& pass, std::string_view which);
  Task<Result<void>> finish(Pass& pass, const HookStep& pre, const HookStep& post);
  Task<Result<void>> write_status(Pass& pass);

  cluster::Context context_;
  backup::JobSettings settings_;
  runtime::Controller controller_;
};

}  // namespace snapstash::batch
