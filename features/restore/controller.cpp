#include "features/restore/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/naming/labels.hpp"
#include "features/restore/status.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::restore {
namespace {

using api::RestoreSession;

constexpr std::chrono::seconds kRefusedDelay{30};

/// The session that made an object.
std::vector<std::string> maker_of(const cluster::Stores& stores, const kube::ObjectMeta& metadata) {
  const auto uid = metadata.labels.find(std::string(naming::kRestoreUid));
  if (uid == metadata.labels.end()) return {};
  for (const auto& session : stores.restores.objects()) {
    if (session->metadata.uid == uid->second) return {runtime::key_of(session->metadata)};
  }
  return {};
}

/// Sessions that may be waiting for an object, their target, to appear.
std::vector<std::string> waiting_for(
    const cluster::Stores& stores, std::string_view kind, const kube::ObjectMeta& metadata
) {
  std::vector<std::string> keys;
  for (const auto& session : stores.restores.objects()) {
    if (api::is_finished(session->status.phase) || session->metadata.namespace_ != metadata.namespace_) continue;
    const auto& target = session->spec.target;
    if (target && target->ref && target->ref->kind == kind && target->ref->name == metadata.name) {
      keys.push_back(runtime::key_of(session->metadata));
    }
  }
  return keys;
}

template <class T>
std::function<std::vector<std::string>(const T&)> wakes_waiting(const cluster::Stores& stores) {
  return [&stores](const T& object) { return waiting_for(stores, T::kResource.kind, object.metadata); };
}

std::string explain_raised(const Claim& claim) {
  return fmt::format(
      "PVC {} asks for {}: VolumeSnapshot {} needs that much, and its template asks for less.", claim.name,
      claim.raised, claim.snapshot
  );
}

}  // namespace

Controller::Controller(
    cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("restoresession", ports) {
  cluster::Stores& stores = context_.stores;
  controller_.reconciles(stores.restores)
      .owns(stores.jobs)
      .watches<api::Pod>(stores.pods, [&stores](const api::Pod& pod) { return maker_of(stores, pod.metadata); })
      .watches<api::PersistentVolumeClaim>(
          stores.claims,
          [&stores](const api::PersistentVolumeClaim& claim) {
            std::vector<std::string> keys = maker_of(stores, claim.metadata);
            for (std::string& key : waiting_for(stores, claim.kResource.kind, claim.metadata)) {
              keys.push_back(std::move(key));
            }
            return keys;
          }
      )
      .watches<api::Deployment>(stores.deployments, wakes_waiting<api::Deployment>(stores))
      .watches<api::StatefulSet>(stores.stateful_sets, wakes_waiting<api::StatefulSet>(stores))
      .watches<api::DaemonSet>(stores.daemon_sets, wakes_waiting<api::DaemonSet>(stores))
      // No change of a class wakes a session, but none is judged before the classes are known.
      .watches<api::StorageClass>(
          stores.storage_classes, [](const api::StorageClass&) { return std::vector<std::string>(); }
      )
      .concurrency(concurrency);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const auto session = context_.stores.restores.get(key);
  if (!session || !api::is_ours(*session)) co_return runtime::Requeue{};
  if (session->metadata.deletion_timestamp) {
    co_await release(session);
    co_return runtime::Requeue{};
  }
  const Sight sight = co_await observe(context_, session);
  Decision decision = decide(sight.seen);
  const std::string refused = co_await carry_out(sight, decision, key);
  RestoreSession::Status status = status_of(sight, decision, refused);
  if (status != session->status) co_await write_status(sight, decision, std::move(status));
  if (!decision.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*decision.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

/// Stash's finalizer would keep a deleted session for ever once Stash is gone. We have none of our own.
Task<Result<void>> Controller::release(std::shared_ptr<const RestoreSession> session) {
  std::vector<Text> left = session->metadata.finalizers;
  if (std::erase(left, naming::kStashManager) == 0) co_return {};
  json::Array finalizers;
  for (const Text& each : left) finalizers.push_back(json::make_string(each));
  json::Object metadata{{"finalizers", std::move(finalizers)}, {"resourceVersion", session->metadata.resource_version}};
  auto released = co_await context_.client
                      .merge_patch(
                          RestoreSession::kResource, {session->metadata.namespace_, session->metadata.name},
                          json::Object{{"metadata", std::move(metadata)}}
                      )
                      .as_result();
  if (!released && !released.error().is(Code::kNotFound)) co_return fail(std::move(released).error());
  co_return {};
}

/// Returns why the API server would not have the Job, "" if it was not asked, or did.
Task<Result<std::string>> Controller::carry_out(const Sight& sight, Decision& decision, std::string key) {
  std::string refused;
  for (const Effect& effect : decision.effects) {
    auto version = co_await act(context_, settings_, sight, effect).as_result();
    const bool creates = !std::holds_alternative<DeleteJob>(effect);
    if (!version && creates && kube::is_refusal(version.error())) {
      // Known not to work for now (quota, admission): said in the status, tried again until the clock runs out.
      refused = fmt::format("The API server refused the Job: {}", version.error().message);
      decision.look_again = std::min(decision.look_again.value_or(WallTime::max()), sight.seen.now + kRefusedDelay);
    } else if (!version) {
      co_return fail(std::move(version).error());
    } else if (!version->empty()) {
      controller_.expect(key, context_.stores.jobs, *version);
    }
  }
  co_return refused;
}

Task<Result<void>> Controller::write_status(
    const Sight& sight, const Decision& decision, RestoreSession::Status status
) {
  const kube::ObjectMeta& metadata = sight.session->metadata;
  RestoreSession wanted;
  wanted.metadata.name = metadata.name;
  wanted.metadata.namespace_ = metadata.namespace_;
  // A leader that has been overtaken must not undo what the next one wrote.
  wanted.metadata.resource_version = metadata.resource_version;
  wanted.status = std::move(status);
  json::Value object = json::encode(wanted);
  object.as_object().erase("spec");
  const json::Value written = co_await context_.client.apply_status(RestoreSession::kResource, std::move(object));
  controller_.expect(runtime::key_of(metadata), std::string(json::find_string(written, "/metadata/resourceVersion")));
  tell(sight, decision);
  co_return {};
}

void Controller::tell(const Sight& sight, const Decision& decision) {
  const auto session = runtime::reference_to(*sight.session);
  const bool was_stalled =
      kube::has_condition(sight.session->status.conditions, "Stalled", kube::ConditionStatus::kTrue);
  if (decision.stalled && !was_stalled) context_.events.warning(session, "RestoreStalled", *decision.stalled);
  for (const Claim& claim : sight.seen.claims) {
    if (decision.step != Step::kRun || claim.raised.empty()) continue;
    context_.events.normal(session, "RestoreSizeRaised", explain_raised(claim));
  }
  if (decision.step != Step::kFinish && decision.step != Step::kInvalid) return;
  if (decision.step == Step::kInvalid || decision.verdict == Verdict::kFailed) {
    context_.events.warning(session, decision.reason, decision.message);
  } else {
    context_.events.normal(session, decision.reason, decision.message);
  }
  context_.log.info(
      "restore session", {{"namespace", sight.session->metadata.namespace_},
                          {"name", sight.session->metadata.name},
                          {"reason", decision.reason},
                          {"message", decision.message}}
  );
}

}  // namespace snapstash::restore
