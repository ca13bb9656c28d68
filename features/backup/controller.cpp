#include "features/backup/controller.hpp"

#include <algorithm>

#include "api/validation.hpp"
#include "features/backup/record.hpp"
#include "features/backup/status.hpp"
#include "features/backup/watches.hpp"
#include "kernel/base/mutant.hpp"

namespace snapstash::backup {
namespace {

using api::BackupConfiguration;
using api::BackupSession;

}  // namespace

Controller::Controller(
    cluster::Context context, JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("backupsession", ports) {
  deletions(context_.registry);  // shown as 0 from the start
  watch(controller_, context_.stores);
  controller_.concurrency(concurrency);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const auto session = context_.stores.sessions.get(key);
  if (!session || session->metadata.deletion_timestamp) co_return runtime::Requeue{};
  // Those of batches have a controller of their own.
  if (session->spec.invoker.kind != BackupConfiguration::kResource.kind) co_return runtime::Requeue{};
  const auto configuration = cluster::invoker_of(context_.stores, *session);
  // Sessions of Stash's own driver are Stash's.
  if (configuration && !api::is_ours(*configuration)) co_return runtime::Requeue{};

  const Sight sight = co_await observe(context_, session, configuration);
  Decision decision = decide(sight.seen);
  if (is_mutant("status-first")) co_await write_status(sight, decision, key);
  co_await carry_out(context_, settings_, sight, decision, [&](const std::string& version) {
    controller_.expect(key, context_.stores.jobs, version);
  });
  co_await write_status(sight, decision, key);
  if (!decision.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*decision.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

Task<Result<void>> Controller::write_status(const Sight& sight, const Decision& decision, std::string key) {
  const BackupSession::Status status = status_of(sight, decision);
  if (status == sight.session->status && !is_mutant("write-unchanged")) co_return {};
  const auto written = co_await write(context_, sight.session, status).as_result();
  co_await controller_.wrote(key, sight.session->metadata.resource_version, written);
  tell(context_, *sight.session, notices(sight, decision, status));
  co_return {};
}

}  // namespace snapstash::backup
