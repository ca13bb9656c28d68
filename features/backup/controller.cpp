#include "features/backup/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/backup/status.hpp"
#include "features/naming/labels.hpp"
#include "kernel/base/mutant.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::backup {
namespace {

using api::BackupSession;

constexpr std::chrono::seconds kRefusedDelay{30};

std::vector<std::string> session_of(const kube::ObjectMeta& metadata) {
  // The full name is in the annotation; the label may have been cut.
  const auto full = metadata.annotations.find(std::string(naming::kFullSession));
  const auto label = metadata.labels.find(std::string(naming::kSession));
  if (full != metadata.annotations.end()) return {runtime::key_of(metadata.namespace_, full->second)};
  if (label != metadata.labels.end()) return {runtime::key_of(metadata.namespace_, label->second)};
  return {};
}

/// Sessions that have not ended, of those that `wanted` picks.
template <class Wanted>
std::vector<std::string> unfinished(const cluster::Stores& stores, Wanted wanted) {
  std::vector<std::string> keys;
  for (const auto& session : stores.sessions.objects()) {
    if (!api::is_finished(session->status.phase) && wanted(*session))
      keys.push_back(runtime::key_of(session->metadata));
  }
  return keys;
}

std::vector<std::string> sessions_of(const cluster::Stores& stores, const api::BackupConfiguration& configuration) {
  std::vector<std::string> keys;
  for (const auto& each : stores.sessions.find_by(cluster::kByConfiguration, runtime::key_of(configuration.metadata))) {
    if (!api::is_finished(each->status.phase)) keys.push_back(runtime::key_of(each->metadata));
  }
  return keys;
}

/// Only that it is listed before the first pass: what is not listed yet must not be taken for missing.
template <class T>
void wait_for(runtime::Controller& controller, runtime::Store<T>& store) {
  controller.watches<T>(store, [](const T&) { return std::vector<std::string>(); });
}

}  // namespace

Controller::Controller(
    cluster::Context context, JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("backupsession", ports) {
  cluster::Stores& stores = context_.stores;
  controller_.reconciles(stores.sessions)
      .owns(stores.jobs)
      .watches<api::Pod>(stores.pods, [](const api::Pod& pod) { return session_of(pod.metadata); })
      .watches<api::VolumeSnapshot>(
          stores.snapshots, [](const api::VolumeSnapshot& each) { return session_of(each.metadata); }
      )
      .watches<api::BackupConfiguration>(
          stores.configurations,
          [&stores](const api::BackupConfiguration& configuration) { return sessions_of(stores, configuration); }
      )
      .watches<api::PersistentVolumeClaim>(
          stores.claims,
          [&stores](const api::PersistentVolumeClaim& claim) {
            return unfinished(stores, [&](const BackupSession& session) {
              return session.metadata.namespace_ == claim.metadata.namespace_ &&
                     session.status.phase == BackupSession::Phase::kPending;
            });
          }
      )
      .concurrency(concurrency);
  wait_for(controller_, stores.volumes);
  wait_for(controller_, stores.snapshot_classes);
  wait_for(controller_, stores.deployments);
  wait_for(controller_, stores.stateful_sets);
  wait_for(controller_, stores.daemon_sets);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const auto session = context_.stores.sessions.get(key);
  if (!session || session->metadata.deletion_timestamp) co_return runtime::Requeue{};
  const auto configuration = context_.stores.configurations.get(cluster::configuration_key(*session));
  // Sessions of Stash's own driver, and of batches, are Stash's.
  const bool foreign =
      session->spec.invoker.kind != "BackupConfiguration" || (configuration && !api::is_ours(*configuration));
  if (foreign) co_return runtime::Requeue{};

  const Sight sight = co_await observe(context_, session);
  Decision decision = decide(sight.seen);
  if (is_mutant("status-first")) co_await write_status(sight, decision, key);
  co_await carry_out(sight, decision, key);
  co_await write_status(sight, decision, key);
  if (!decision.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*decision.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

Task<Result<void>> Controller::carry_out(const Sight& sight, Decision& decision, std::string key) {
  for (const Effect& effect : decision.effects) {
    auto version = co_await act(context_, settings_, sight, effect).as_result();
    const bool refused = !version && std::holds_alternative<CreateJob>(effect) && kube::is_refusal(version.error());
    if (refused) {
      // Known not to work for now (quota, admission): said in the status, tried again until the clock runs out.
      decision.stall_reason = "JobRefused";
      decision.stalled = fmt::format("The API server refused the Job: {}", version.error().message);
      decision.look_again = std::min(decision.look_again.value_or(WallTime::max()), sight.seen.now + kRefusedDelay);
    } else if (!version) {
      co_return fail(std::move(version).error());
    } else if (!version->empty()) {
      controller_.expect(key, context_.stores.jobs, *version);
    }
  }
  co_return {};
}

Task<Result<void>> Controller::write_status(const Sight& sight, const Decision& decision, std::string key) {
  const BackupSession::Status status = status_of(sight, decision);
  if (status == sight.session->status && !is_mutant("write-unchanged")) co_return {};
  BackupSession wanted;
  wanted.metadata.name = sight.session->metadata.name;
  wanted.metadata.namespace_ = sight.session->metadata.namespace_;
  // A leader that has been overtaken must not undo what the next one wrote.
  if (!is_mutant("status-without-version")) wanted.metadata.resource_version = sight.session->metadata.resource_version;
  wanted.status = status;
  json::Value object = json::encode(wanted);
  object.as_object().erase("spec");
  const json::Value written = co_await context_.client.apply_status(BackupSession::kResource, std::move(object));
  controller_.expect(key, std::string(json::find_string(written, "/metadata/resourceVersion")));
  tell(sight, decision);
  co_return {};
}

void Controller::tell(const Sight& sight, const Decision& decision) {
  const auto session = runtime::reference_to(*sight.session);
  const bool was_stalled =
      kube::has_condition(sight.session->status.conditions, "Stalled", kube::ConditionStatus::kTrue);
  if (decision.stalled && !was_stalled) context_.events.warning(session, "BackupStalled", *decision.stalled);
  const bool ended = decision.step == Step::kFinish || decision.step == Step::kSkip || decision.step == Step::kRefuse;
  if (decision.step == Step::kRecord || (ended && !decision.message.empty())) {
    const bool well = decision.reason == "BackupSucceeded";
    const std::string reason = decision.step == Step::kSkip ? "BackupSkipped"
                               : well                       ? "BackupSucceeded"
                                                            : "BackupFailed";
    if (well) {
      context_.events.normal(session, reason, decision.message);
    } else {
      context_.events.warning(session, reason, decision.message);
    }
    context_.log.info(
        "backup session", {{"namespace", sight.session->metadata.namespace_},
                           {"name", sight.session->metadata.name},
                           {"reason", decision.reason},
                           {"message", decision.message}}
    );
  }
}

}  // namespace snapstash::backup
