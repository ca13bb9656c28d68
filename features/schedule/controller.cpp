#include "features/schedule/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/cluster/binding.hpp"
#include "features/cluster/target.hpp"
#include "features/jobs/observe.hpp"
#include "features/naming/object_names.hpp"
#include "features/schedule/foreign.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::schedule {
namespace {

using api::BackupBatch;
using api::BackupConfiguration;

std::string key_of(const json::Value& object) {
  return runtime::key_of(json::find_string(object, "/metadata/namespace"), json::find_string(object, "/metadata/name"));
}

template <class Kind>
runtime::Store<Kind>& store_of(cluster::Stores& stores) {
  if constexpr (std::is_same_v<Kind, BackupBatch>) {
    return stores.batches;
  } else {
    return stores.configurations;
  }
}

template <class Kind, class T>
void watch_targets(runtime::Controller& controller, cluster::Stores& stores, runtime::Store<T>& store) {
  controller.watches<T>(store, [&stores](const T& workload) {
    std::vector<std::string> keys;
    const auto& metadata = workload.metadata;
    const std::string target = cluster::target_key(T::kResource.kind, metadata.namespace_, metadata.name);
    for (const auto& each : store_of<Kind>(stores).find_by(cluster::kByTarget, target)) {
      keys.push_back(runtime::key_of(each->metadata));
    }
    return keys;
  });
}

std::shared_ptr<const BackupConfiguration> plan_of(std::shared_ptr<const BackupConfiguration> object) { return object; }
std::shared_ptr<const BackupConfiguration> plan_of(const std::shared_ptr<const BackupBatch>& object) {
  return cluster::whole_of(*object);
}

Members members_of(const BackupConfiguration& /*object*/) { return {}; }
Members members_of(const BackupBatch& object) {
  Members members;
  for (std::size_t i = 0; i < object.spec.members.size(); ++i) members.push_back(cluster::member_of(object, i));
  return members;
}

BackupConfiguration::Status with_status(
    const BackupConfiguration& /*object*/, BackupConfiguration::Status status, const Observation& /*seen*/
) {
  return status;
}

BackupBatch::Status with_status(
    const BackupBatch& object, const BackupConfiguration::Status& status, const Observation& seen
) {
  return {
      .observed_generation = status.observed_generation,
      .phase = status.phase,
      .conditions = status.conditions,
      .member_conditions = member_conditions(object, seen),
      .snapstash = status.snapstash
  };
}

template <class T>
std::optional<std::uint64_t> content_of(const runtime::Store<T>& store, const json::Value& object) {
  const auto found = store.get(key_of(object));
  if (!found) return std::nullopt;
  return found->content;
}

std::string text(const json::Value& object, std::string_view pointer) {
  return std::string(json::find_string(object, pointer));
}

/// When a configuration that the API server does not know, and the store does, is looked at again.
constexpr std::chrono::seconds kGoneAgain{30};

/// Whether what the API server says of an object that is to be applied is about the configuration, which then is not
/// ready. Not found is its namespace, or the role of a binding.
bool is_verdict(const Error& error) { return kube::is_refusal(error) || error.is(Code::kNotFound); }

}  // namespace

template <class Kind>
Controller<Kind>::Controller(
    cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context),
      settings_(std::move(settings)),
      controller_(std::string(json::Description<Kind>::singular), ports) {
  cluster::Stores& stores = context_.stores;
  controller_.reconciles(store_of<Kind>(stores))
      .owns(stores.cron_jobs)
      .owns(stores.accounts)
      .owns(stores.bindings)
      .template watches<api::BackupSession>(
          stores.sessions,
          [](const api::BackupSession& session) {
            std::vector<std::string> keys;
            if (session.spec.invoker.kind == Kind::kResource.kind) {
              keys.push_back(runtime::key_of(session.metadata.namespace_, session.spec.invoker.name));
            }
            return keys;
          }
      )
      .concurrency(concurrency);
  watch_targets<Kind>(controller_, stores, stores.deployments);
  watch_targets<Kind>(controller_, stores, stores.stateful_sets);
  watch_targets<Kind>(controller_, stores, stores.daemon_sets);
  watch_targets<Kind>(controller_, stores, stores.claims);
}

template <class Kind>
Task<void> Controller<Kind>::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

template <class Kind>
Task<Result<runtime::Requeue>> Controller<Kind>::reconcile(std::string key) {
  const auto object = store_of<Kind>(context_.stores).get(key);
  if (!object || !api::is_ours(*object)) co_return runtime::Requeue{};
  const Subject subject{.object = object, .plan = plan_of(object), .members = members_of(*object), .key = key};
  if (object->metadata.deletion_timestamp) {
    co_await drop_finalizer(subject);
    co_return runtime::Requeue{};
  }
  std::vector<Manifest> wanted = manifests(*subject.plan, settings_, subject.members);
  Observation seen = observe(subject, wanted);
  note_silence(key, seen);
  if (is_overdue(seen)) seen.trigger_trouble = co_await trigger_trouble(key);
  std::optional<Applied> applied;
  std::optional<Error> failure;
  if (must_apply(*subject.plan, seen)) {
    // With a view that is old, what was deleted with its configuration would be made again and again.
    const bool there = co_await still_exists(subject);
    // If it is the answer that was wrong (a server that has just started), the next look tells.
    if (!there) co_return runtime::Requeue{.after = kGoneAgain};
    auto contents = co_await apply(wanted, subject).as_result();
    // That the server cannot be reached says nothing about the configuration, and must not make sessions be skipped.
    if (!contents && !is_verdict(contents.error())) co_return fail(std::move(contents).error());
    applied = Applied{contents ? std::string() : contents.error().message};
    if (contents) {
      seen.fingerprints = fingerprints(wanted, *contents);
    } else {
      failure = std::move(contents).error();
    }
  }
  if (subject.members.empty()) co_await take_back_hooks(subject, subject.plan);
  for (const auto& member : subject.members) co_await take_back_hooks(subject, member);
  co_await write_status(subject, seen, applied);
  if (failure) co_return fail(*std::move(failure));
  const auto look = next_look(seen);
  if (!look) co_return runtime::Requeue{};
  co_return runtime::Requeue{.after = std::max(*look - context_.clock.now(), WallTime::duration(1))};
}

/// The right to run commands in pods goes with the last hook, but not while a session may still owe one.
template <class Kind>
Task<Result<void>> Controller<Kind>::take_back_hooks(Subject subject, std::shared_ptr<const BackupConfiguration> plan) {
  if (has_hooks(*plan)) co_return {};
  const std::string& namespace_ = plan->metadata.namespace_;
  const std::string name = naming::hook_binding(own_account(*plan));
  const auto binding = context_.stores.bindings.get(runtime::key_of(namespace_, name));
  if (!binding || !kube::is_owned_by(binding->metadata, subject.plan->metadata.uid)) co_return {};
  const auto sessions = context_.stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(*plan));
  const bool busy =
      std::ranges::any_of(sessions, [](const auto& each) { return !api::is_finished(each->status.phase); });
  if (busy) co_return {};
  co_return co_await context_.client
      .remove(kRoleBindings, {namespace_, name}, {.uid = binding->metadata.uid, .resource_version = ""})
      .as_result();
}

template <class Kind>
Task<Result<bool>> Controller<Kind>::still_exists(Subject subject) const {
  const kube::ObjectMeta& metadata = subject.object->metadata;
  auto found = co_await context_.client.get_json(Kind::kResource, {metadata.namespace_, metadata.name}).as_result();
  if (found) co_return json::find_string(*found, "/metadata/uid") == metadata.uid;
  if (found.error().is(Code::kNotFound)) co_return false;
  co_return fail(std::move(found).error());
}

template <class Kind>
std::vector<std::optional<std::uint64_t>> Controller<Kind>::live(const std::vector<Manifest>& wanted) const {
  std::vector<std::optional<std::uint64_t>> contents;
  for (const Manifest& each : wanted) {
    if (each.resource == kCronJobs) contents.push_back(content_of(context_.stores.cron_jobs, each.object));
    if (each.resource == kServiceAccounts) contents.push_back(content_of(context_.stores.accounts, each.object));
    if (each.resource == kRoleBindings) contents.push_back(content_of(context_.stores.bindings, each.object));
  }
  return contents;
}

template <class Kind>
void Controller<Kind>::note_silence(const std::string& key, Observation& seen) {
  if (const auto slot = silent_slot(seen)) {
    seen.silent_since = silent_.try_emplace(key, *slot).first->second;
  } else {
    silent_.erase(key);
  }
}

template <class Kind>
Task<Result<std::string>> Controller<Kind>::trigger_trouble(std::string key) const {
  const auto parts = runtime::split_key(key);
  const auto cron_job = context_.stores.cron_jobs.get(runtime::key_of(parts.namespace_, naming::trigger(parts.name)));
  if (!cron_job) co_return std::string();
  const auto all = jobs::jobs_of(context_.stores, cron_job->metadata.uid);
  if (all.empty()) co_return std::string();
  const jobs::JobView view = co_await jobs::observe(context_, all.back());
  co_return view.trouble;
}

template <class Kind>
Observation Controller<Kind>::observe(const Subject& subject, const std::vector<Manifest>& wanted) const {
  const cluster::Stores& stores = context_.stores;
  const kube::ObjectMeta& metadata = subject.object->metadata;
  Observation seen;
  seen.now = context_.clock.now();
  seen.problems = api::describe(api::validate(*subject.object));
  const auto look_for = [&](const BackupConfiguration& plan) {
    const auto& target = *plan.spec.target;
    const bool found = cluster::find_target(stores, target.ref, metadata.namespace_, target.replicas).has_value();
    seen.targets.push_back({cluster::describe(target.ref, metadata.namespace_), found});
  };
  if (subject.plan->spec.target) look_for(*subject.plan);
  for (const auto& member : subject.members) {
    if (member->spec.target) look_for(*member);
  }
  seen.fingerprints = fingerprints(wanted, live(wanted));
  const auto cron_job = stores.cron_jobs.get(runtime::key_of(metadata.namespace_, naming::trigger(metadata.name)));
  seen.cron_job_exists = cron_job != nullptr;
  if (cron_job) {
    seen.last_slot = cron_job->last_schedule;
  }
  for (const auto& each : stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(*subject.plan))) {
    seen.newest_session = std::max(seen.newest_session, each->metadata.creation_timestamp);
    if (each->status.phase == api::BackupSession::Phase::kSucceeded) {
      seen.last_success = std::max(seen.last_success, each->metadata.creation_timestamp);
    }
  }
  return seen;
}

template <class Kind>
Task<Result<json::Value>> Controller<Kind>::apply_one(const Manifest& manifest, Subject subject) {
  const kube::ObjectMeta& metadata = subject.object->metadata;
  // A batch shares the names of its CronJob and trigger with a configuration of the same name.
  if (naming::is_cut(metadata.name) || subject.plan->batch) co_await refuse_foreign(context_, manifest, metadata.uid);
  if (manifest.resource == kRoleBindings) co_return co_await cluster::apply_binding(context_, manifest.object);
  co_return co_await context_.client.apply(manifest.resource, manifest.object);
}

template <class Kind>
Task<Result<std::vector<std::optional<std::uint64_t>>>> Controller<Kind>::apply(
    std::vector<Manifest> wanted, Subject subject
) {
  const std::string& key = subject.key;
  std::vector<std::optional<std::uint64_t>> contents;
  for (const Manifest& each : wanted) {
    const json::Value written = co_await apply_one(each, subject);
    contents.emplace_back(cluster::fingerprint(written));
    const std::string version = text(written, "/metadata/resourceVersion");
    if (each.resource == kCronJobs) controller_.expect(key, context_.stores.cron_jobs, version);
    if (each.resource == kServiceAccounts) controller_.expect(key, context_.stores.accounts, version);
    if (each.resource == kRoleBindings) controller_.expect(key, context_.stores.bindings, version);
  }
  co_return contents;
}

template <class Kind>
Task<Result<void>> Controller<Kind>::write_status(Subject subject, Observation seen, std::optional<Applied> applied) {
  const Kind& object = *subject.object;
  Kind wanted;
  wanted.status = with_status(object, status_of(*subject.plan, seen, applied), seen);
  if (wanted.status == object.status) co_return {};
  wanted.metadata.name = object.metadata.name;
  wanted.metadata.namespace_ = object.metadata.namespace_;
  wanted.metadata.resource_version = object.metadata.resource_version;
  json::Value encoded = json::encode(wanted);
  encoded.as_object().erase("spec");
  const auto written = co_await context_.client.apply_status(Kind::kResource, std::move(encoded)).as_result();
  co_await controller_.wrote(subject.key, object.metadata.resource_version, written);
  const auto* created = kube::find_condition(wanted.status.conditions, "CronJobCreated");
  if (created != nullptr && created->status == kube::ConditionStatus::kFalse) {
    context_.events.warning(runtime::reference_to(object), "CronJobCreationFailed", created->message);
  }
  co_return {};
}

template <class Kind>
Task<Result<void>> Controller<Kind>::drop_finalizer(Subject subject) {
  const kube::ObjectMeta& metadata = subject.object->metadata;
  auto rest = metadata.finalizers;
  if (std::erase(rest, naming::kStashManager) == 0) co_return {};
  json::Array finalizers;
  for (const Text& each : rest) finalizers.push_back(json::make_string(each));
  const json::Object patch{
      {"metadata", json::Object{{"resourceVersion", metadata.resource_version}, {"finalizers", std::move(finalizers)}}}
  };
  auto patched =
      co_await context_.client.merge_patch(Kind::kResource, {metadata.namespace_, metadata.name}, patch).as_result();
  if (!patched && !patched.error().is(Code::kNotFound)) co_return fail(std::move(patched).error());
  co_return {};
}

template class Controller<BackupConfiguration>;
template class Controller<BackupBatch>;

}  // namespace snapstash::schedule
