#include "apps/parts/operator_program.hpp"

#include "features/backup/controller.hpp"
#include "features/batch/controller.hpp"
#include "features/blueprint/controller.hpp"
#include "features/metrics/collect.hpp"
#include "features/metrics/pusher.hpp"
#include "features/neighbours/check.hpp"
#include "features/restore/controller.hpp"
#include "features/restore_batch/controller.hpp"
#include "features/schedule/controller.hpp"

namespace snapstash {

OperatorProgram::OperatorProgram(OperatorSettings settings, Ports ports)
    : settings_(std::move(settings)),
      ports_(std::move(ports)),
      watches_(
          ports_.client, stores_, {ports_.executor, ports_.random, ports_.log}, ports_.registry,
          settings_.watch_namespace
      ),
      events_(
          {"snapstash.dev/operator", settings_.pod_name},
          {ports_.client, ports_.executor, ports_.clock, ports_.random, ports_.log, ports_.registry}
      ),
      shutdown_(ports_.executor, ports_.log),
      exported_(metrics::export_backups(ports_.registry, stores_, ports_.clock)),
      background_(ports_.executor),
      controllers_(ports_.executor),
      pushing_(ports_.executor) {
  const cluster::Context context{stores_, ports_.client, ports_.clock, ports_.log, events_, ports_.registry};
  const runtime::Controller::Ports loop{ports_.executor, ports_.log, ports_.registry};
  const schedule::Settings schedule{settings_.pods, settings_.role_prefix};
  const backup::JobSettings jobs{settings_.pods};
  schedule_ =
      std::make_unique<schedule::Controller<api::BackupConfiguration>>(context, schedule, loop, settings_.concurrency);
  batch_schedule_ =
      std::make_unique<schedule::Controller<api::BackupBatch>>(context, schedule, loop, settings_.concurrency);
  backup_ = std::make_unique<backup::Controller>(context, jobs, loop, settings_.concurrency);
  batch_ = std::make_unique<batch::Controller>(context, jobs, loop, settings_.concurrency);
  const restore::Settings restores{settings_.pods, settings_.role_prefix};
  restore_ = std::make_unique<restore::Controller>(context, restores, loop, settings_.concurrency);
  restore_batch_ = std::make_unique<restore_batch::Controller>(context, restores, loop, settings_.concurrency);
  blueprint_ = std::make_unique<blueprint::Controller>(context, loop);
  if (settings_.pushgateway) {
    pusher_ = std::make_unique<metrics::Pusher>(
        *settings_.pushgateway,
        metrics::Pusher::Ports{stores_, ports_.outbound, ports_.executor, ports_.random, ports_.log, ports_.registry}
    );
  }
}

OperatorProgram::~OperatorProgram() = default;

Result<std::unique_ptr<OperatorProgram>> OperatorProgram::make(OperatorSettings settings, Ports ports) {
  std::unique_ptr<OperatorProgram> made(new OperatorProgram(std::move(settings), std::move(ports)));
  if (made->settings_.leader_elect) {
    if (auto valid = made->elect(); !valid) return fail(std::move(valid).error());
  }
  made->add_probes();
  return made;
}

Result<void> OperatorProgram::elect() {
  const runtime::ElectionSettings election{
      .identity = settings_.identity,
      .lease = settings_.lease,
      .renew_deadline = settings_.renew_deadline,
      .retry = settings_.retry_period
  };
  if (auto valid = runtime::validate(election); !valid) return valid;
  lease_ = std::make_unique<runtime::ClientLease>(ports_.lease_client, settings_.lease_namespace, settings_.lease_name);
  elector_ = std::make_unique<runtime::Elector>(
      *lease_, election, settings_.lease_name,
      runtime::Elector::Ports{ports_.executor, ports_.clock, ports_.random, ports_.log, ports_.registry}
  );
  return {};
}

void OperatorProgram::add_probes() {
  probes_.add_readiness("watches", [this] { return watches_.synced(); });
  probes_.add_liveness("watches", [this] { return watches_.health(); });
  if (elector_) probes_.add_liveness("lease", [this] { return elector_->health(); });
}

/// Leads as long as the lease is ours. Losing it ends the process at once: whoever has it now acts already.
Task<void> OperatorProgram::lead() {
  if (elector_) {
    co_await elector_->acquire();
    ports_.log.info("leading", {{"lease", settings_.lease_name}});
  }
  if (shutdown_.requested().is_set()) co_return;
  leading_ = true;
  controllers_.spawn(blueprint_->run(shutdown_.requested()));
  controllers_.spawn(schedule_->run(shutdown_.requested()));
  controllers_.spawn(batch_schedule_->run(shutdown_.requested()));
  controllers_.spawn(backup_->run(shutdown_.requested()));
  controllers_.spawn(batch_->run(shutdown_.requested()));
  controllers_.spawn(restore_->run(shutdown_.requested()));
  controllers_.spawn(restore_batch_->run(shutdown_.requested()));
  if (pusher_) pushing_.spawn(pusher_->run());
  if (!elector_) co_return;
  co_await elector_->hold();
  if (shutdown_.requested().is_set()) co_return;
  leading_ = false;
  pushing_.cancel();
  ports_.log.error("leadership is lost; ending at once, the next leader acts already");
  ports_.die();
}

Task<void> OperatorProgram::give_lease_back() {
  if (!elector_->is_leader()) co_return;
  auto released = co_await elector_->release();
  if (!released) ports_.log.warning("the lease runs out by itself", {{"error", released.error().message}});
}

/// At once, in the middle of a request too: the next leader pushes everything.
Task<void> OperatorProgram::stop_pushing() {
  pushing_.cancel();
  co_return;
}

Task<int> OperatorProgram::run() {
  shutdown_.then("controllers", [this] { return controllers_.join(); });
  shutdown_.then("metrics push", [this] { return stop_pushing(); });
  if (elector_) shutdown_.then("lease", [this] { return give_lease_back(); });
  watches_.start(background_);
  background_.spawn(events_.run());
  background_.spawn(neighbours::check(ports_.client, stores_, ports_.executor, ports_.log));
  background_.spawn(lead());
  const int code = co_await shutdown_.run();
  co_return code;
}

}  // namespace snapstash
