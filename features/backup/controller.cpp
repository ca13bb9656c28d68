#include "features/backup/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/backup/notices.hpp"
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
    const bool may_retry = each->status.next_retry && !each->status.retried.value_or(false);
    if (!api::is_finished(each->status.phase) || may_retry) keys.push_back(runtime::key_of(each->metadata));
  }
  return keys;
}

/// The sessions that may be waiting for one of that configuration to have its snapshots cut.
std::vector<std::string> waiting_behind(const cluster::Stores& stores, const std::string& configuration) {
  std::vector<std::string> keys;
  const auto ahead = stores.configurations.get(configuration);
  if (!ahead) return keys;
  for (const std::string& behind : neighbours_of(stores, *ahead)) {
    for (const auto& each : stores.sessions.find_by(cluster::kByConfiguration, behind)) {
      if (each->status.phase == BackupSession::Phase::kPending) keys.push_back(runtime::key_of(each->metadata));
    }
  }
  return keys;
}

std::vector<std::string> touched_by(const cluster::Stores& stores, const api::VolumeSnapshot& snapshot) {
  std::vector<std::string> keys = session_of(snapshot.metadata);
  const auto session = keys.empty() ? nullptr : stores.sessions.get(keys.front());
  if (!session) return keys;
  for (std::string& each : waiting_behind(stores, cluster::configuration_key(*session)))
    keys.push_back(std::move(each));
  return keys;
}

/// Only that it is listed before the first pass: what is not listed yet must not be taken for missing.
template <class T>
void wait_for(runtime::Controller& controller, runtime::Store<T>& store) {
  controller.watches<T>(store, [](const T&) { return std::vector<std::string>(); });
}

/// Whether the API server has been refusing long enough: a backup that is done must not wait for ever for what comes
/// after it. A single refusal may be a server that has just started.
bool is_patience_over(const Sight& sight) {
  const auto* announced = kube::find_condition(sight.session->status.conditions, retention::kCondition);
  const WallTime since = announced == nullptr ? sight.seen.created : announced->last_transition_time;
  return sight.seen.now >= since + kCleanUpPatience;
}

}  // namespace

Controller::Controller(
    cluster::Context context, JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("backupsession", ports) {
  deletions(context_.registry);  // shown as 0 from the start
  cluster::Stores& stores = context_.stores;
  controller_.reconciles(stores.sessions)
      .owns(stores.jobs)
      .watches<api::Pod>(stores.pods, [](const api::Pod& pod) { return session_of(pod.metadata); })
      .watches<api::VolumeSnapshot>(
          stores.snapshots, [&stores](const api::VolumeSnapshot& each) { return touched_by(stores, each); }
      )
      .watches<BackupSession>(
          stores.sessions,
          [&stores](const BackupSession& each) { return waiting_behind(stores, cluster::configuration_key(each)); }
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

/// What the API server refused, where that is a result and not a reason to try again; changes `decision` accordingly.
bool Controller::bears(const Sight& sight, const Effect& effect, const Error& error, Decision& decision) {
  if (!kube::is_refusal(error)) return false;
  if (std::holds_alternative<CreateJob>(effect) || std::holds_alternative<CreateHookJob>(effect)) {
    // Known not to work for now (quota, admission): said in the status, tried again until the clock runs out.
    decision.stall_reason = "JobRefused";
    decision.stalled = fmt::format("The API server refused the Job: {}", error.message);
    decision.look_again = std::min(decision.look_again.value_or(WallTime::max()), sight.seen.now + kRefusedDelay);
    return true;
  }
  if (!is_patience_over(sight)) return false;
  if (std::holds_alternative<ApplyRetention>(effect)) {
    decision.retention_error = fmt::format("Failed to delete what the policy lets go: {}", error.message);
    return true;
  }
  if (std::holds_alternative<CleanHistory>(effect)) {
    decision.history_error = fmt::format("Failed to delete old BackupSessions: {}", error.message);
    return true;
  }
  return false;
}

Task<Result<void>> Controller::carry_out(const Sight& sight, Decision& decision, std::string key) {
  for (const Effect& effect : decision.effects) {
    auto version = co_await act(context_, settings_, sight, effect).as_result();
    if (!version) {
      if (!bears(sight, effect, version.error(), decision)) co_return fail(std::move(version).error());
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
  tell(sight, decision, status);
  co_return {};
}

void Controller::tell(const Sight& sight, const Decision& decision, const BackupSession::Status& now) {
  const auto session = runtime::reference_to(*sight.session);
  for (const Notice& notice : notices(sight, decision, now)) {
    runtime::EventNews news{
        .type = notice.good ? runtime::EventType::kNormal : runtime::EventType::kWarning,
        .regarding = session,
        .reason = notice.reason,
        .action = notice.reason,
        .note = notice.message,
        .related = {}
    };
    if (!notice.volume.empty()) {
      news.related.api_version = "v1";
      news.related.kind = "PersistentVolumeClaim";
      news.related.namespace_ = session.namespace_;
      news.related.name = notice.volume;
    }
    context_.events.record(std::move(news));
    context_.log.info(
        "backup session", {{"namespace", sight.session->metadata.namespace_},
                           {"name", sight.session->metadata.name},
                           {"reason", notice.reason},
                           {"message", notice.message}}
    );
  }
}

}  // namespace snapstash::backup
