#include "features/restore/controller.hpp"

#include <algorithm>

#include "api/validation.hpp"
#include "features/restore/record.hpp"
#include "features/restore/status.hpp"
#include "features/restore/watches.hpp"

namespace snapstash::restore {

using api::RestoreSession;

Controller::Controller(
    cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("restoresession", ports) {
  watch(controller_, context_.stores, context_.stores.restores);
  controller_.concurrency(concurrency);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const std::shared_ptr<const RestoreSession> session = context_.stores.restores.get(key);
  if (!session || !api::is_ours(*session)) co_return runtime::Requeue{};
  if (session->metadata.deletion_timestamp) {
    co_await release(context_, session);
    co_return runtime::Requeue{};
  }
  const Sight sight = co_await observe(context_, session);
  Decision decision = decide(sight.seen);
  const std::string refused =
      co_await carry_out(context_, settings_, sight, decision, [this, key](const std::string& version) {
        controller_.expect(key, context_.stores.jobs, version);
      });
  RestoreSession::Status status = status_of(sight, decision, refused);
  if (status != session->status) co_await write_status(sight, decision, std::move(status));
  if (!decision.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*decision.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

Task<Result<void>> Controller::write_status(
    const Sight& sight, const Decision& decision, RestoreSession::Status status
) {
  const kube::ObjectMeta& read = sight.session->metadata;
  const auto written = co_await write(context_, sight.session, std::move(status)).as_result();
  co_await controller_.wrote(runtime::key_of(read), read.resource_version, written);
  tell(context_, *sight.session, notices(sight, decision));
  co_return {};
}

}  // namespace snapstash::restore
