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

using api::BackupConfiguration;

std::string key_of(const json::Value& object) {
  return runtime::key_of(json::find_string(object, "/metadata/namespace"), json::find_string(object, "/metadata/name"));
}

std::vector<std::string> configurations_of(
    const cluster::Stores& stores, std::string_view kind, const kube::ObjectMeta& metadata
) {
  std::vector<std::string> keys;
  const std::string target = cluster::target_key(kind, metadata.namespace_, metadata.name);
  for (const auto& each : stores.configurations.find_by(cluster::kByTarget, target)) {
    keys.push_back(runtime::key_of(each->metadata));
  }
  return keys;
}

template <class T>
void watch_targets(runtime::Controller& controller, cluster::Stores& stores, runtime::Store<T>& store) {
  controller.watches<T>(store, [&stores](const T& workload) {
    return configurations_of(stores, T::kResource.kind, workload.metadata);
  });
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

bool is_owned_by(const kube::ObjectMeta& metadata, std::string_view uid) {
  return std::ranges::any_of(metadata.owner_references, [&](const kube::OwnerReference& owner) {
    return owner.uid == uid;
  });
}

/// When a configuration that the API server does not know, and the store does, is looked at again.
constexpr std::chrono::seconds kGoneAgain{30};

/// Whether what the API server says of an object that is to be applied is about the configuration, which then is not
/// ready. Not found is its namespace, or the role of a binding.
bool is_verdict(const Error& error) { return kube::is_refusal(error) || error.is(Code::kNotFound); }

}  // namespace

Controller::Controller(
    cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("backupconfiguration", ports) {
  cluster::Stores& stores = context_.stores;
  controller_.reconciles(stores.configurations)
      .owns(stores.cron_jobs)
      .owns(stores.accounts)
      .owns(stores.bindings)
      .watches<api::BackupSession>(
          stores.sessions, [](const api::BackupSession& session
                           ) { return std::vector<std::string>{cluster::configuration_key(session)}; }
      )
      .concurrency(concurrency);
  watch_targets(controller_, stores, stores.deployments);
  watch_targets(controller_, stores, stores.stateful_sets);
  watch_targets(controller_, stores, stores.daemon_sets);
  watch_targets(controller_, stores, stores.claims);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const Configuration configuration = context_.stores.configurations.get(key);
  if (!configuration || !api::is_ours(*configuration)) co_return runtime::Requeue{};
  if (configuration->metadata.deletion_timestamp) {
    co_await drop_finalizer(configuration);
    co_return runtime::Requeue{};
  }
  std::vector<Manifest> wanted = manifests(*configuration, settings_);
  Observation seen = observe(*configuration, wanted);
  note_silence(key, seen);
  if (is_overdue(seen)) seen.trigger_trouble = co_await trigger_trouble(key);
  std::optional<Applied> applied;
  std::optional<Error> failure;
  if (must_apply(*configuration, seen)) {
    // With a view that is old, what was deleted with its configuration would be made again and again.
    const bool there = co_await still_exists(configuration);
    // If it is the answer that was wrong (a server that has just started), the next look tells.
    if (!there) co_return runtime::Requeue{.after = kGoneAgain};
    auto contents = co_await apply(wanted, configuration, key).as_result();
    // That the server cannot be reached says nothing about the configuration, and must not make sessions be skipped.
    if (!contents && !is_verdict(contents.error())) co_return fail(std::move(contents).error());
    applied = Applied{contents ? std::string() : contents.error().message};
    if (contents) {
      seen.fingerprints = fingerprints(wanted, *contents);
    } else {
      failure = std::move(contents).error();
    }
  }
  co_await take_back_hooks(configuration);
  co_await write_status(configuration, status_of(*configuration, seen, applied), key);
  if (failure) co_return fail(*std::move(failure));
  const auto look = next_look(seen);
  if (!look) co_return runtime::Requeue{};
  co_return runtime::Requeue{.after = std::max(*look - context_.clock.now(), WallTime::duration(1))};
}

/// The right to run commands in pods goes with the last hook, but not while a session may still owe one.
Task<Result<void>> Controller::take_back_hooks(Configuration configuration) {
  if (has_hooks(*configuration)) co_return {};
  const std::string& namespace_ = configuration->metadata.namespace_;
  const std::string name = naming::hook_binding(naming::snapshotter_account(configuration->metadata.name));
  const auto binding = context_.stores.bindings.get(runtime::key_of(namespace_, name));
  if (!binding || !is_owned_by(binding->metadata, configuration->metadata.uid)) co_return {};
  const auto sessions =
      context_.stores.sessions.find_by(cluster::kByConfiguration, runtime::key_of(configuration->metadata));
  const bool busy =
      std::ranges::any_of(sessions, [](const auto& each) { return !api::is_finished(each->status.phase); });
  if (busy) co_return {};
  co_return co_await context_.client
      .remove(kRoleBindings, {namespace_, name}, {.uid = binding->metadata.uid, .resource_version = ""})
      .as_result();
}

Task<Result<bool>> Controller::still_exists(Configuration configuration) const {
  auto found =
      co_await context_.client
          .get_json(BackupConfiguration::kResource, {configuration->metadata.namespace_, configuration->metadata.name})
          .as_result();
  if (found) co_return json::find_string(*found, "/metadata/uid") == configuration->metadata.uid;
  if (found.error().is(Code::kNotFound)) co_return false;
  co_return fail(std::move(found).error());
}

std::vector<std::optional<std::uint64_t>> Controller::live(const std::vector<Manifest>& wanted) const {
  std::vector<std::optional<std::uint64_t>> contents;
  for (const Manifest& each : wanted) {
    if (each.resource == kCronJobs) contents.push_back(content_of(context_.stores.cron_jobs, each.object));
    if (each.resource == kServiceAccounts) contents.push_back(content_of(context_.stores.accounts, each.object));
    if (each.resource == kRoleBindings) contents.push_back(content_of(context_.stores.bindings, each.object));
  }
  return contents;
}

void Controller::note_silence(const std::string& key, Observation& seen) {
  if (const auto slot = silent_slot(seen)) {
    seen.silent_since = silent_.try_emplace(key, *slot).first->second;
  } else {
    silent_.erase(key);
  }
}

Task<Result<std::string>> Controller::trigger_trouble(std::string configuration_key) const {
  const auto parts = runtime::split_key(configuration_key);
  const auto cron_job = context_.stores.cron_jobs.get(runtime::key_of(parts.namespace_, naming::trigger(parts.name)));
  if (!cron_job) co_return std::string();
  const auto all = jobs::jobs_of(context_.stores, cron_job->metadata.uid);
  if (all.empty()) co_return std::string();
  const jobs::JobView view = co_await jobs::observe(context_, all.back());
  co_return view.trouble;
}

Observation Controller::observe(const BackupConfiguration& configuration, const std::vector<Manifest>& wanted) const {
  const cluster::Stores& stores = context_.stores;
  Observation seen;
  seen.now = context_.clock.now();
  seen.problems = api::describe(api::validate(configuration));
  if (configuration.spec.target) {
    const auto& target = *configuration.spec.target;
    const std::string& namespace_ = configuration.metadata.namespace_;
    seen.target = cluster::describe(target.ref, namespace_);
    seen.target_found = cluster::find_target(stores, target.ref, namespace_, target.replicas).has_value();
  }
  seen.fingerprints = fingerprints(wanted, live(wanted));
  const auto cron_job = stores.cron_jobs.get(
      runtime::key_of(configuration.metadata.namespace_, naming::trigger(configuration.metadata.name))
  );
  seen.cron_job_exists = cron_job != nullptr;
  if (cron_job) {
    seen.last_slot = cron_job->last_schedule;
  }
  for (const auto& each : stores.sessions.find_by(cluster::kByConfiguration, runtime::key_of(configuration.metadata))) {
    seen.newest_session = std::max(seen.newest_session, each->metadata.creation_timestamp);
    if (each->status.phase == api::BackupSession::Phase::kSucceeded) {
      seen.last_success = std::max(seen.last_success, each->metadata.creation_timestamp);
    }
  }
  return seen;
}

Task<Result<json::Value>> Controller::apply_one(const Manifest& manifest, Configuration configuration) {
  if (naming::is_cut(configuration->metadata.name)) {
    co_await refuse_foreign(context_, manifest, configuration->metadata.uid);
  }
  if (manifest.resource == kRoleBindings) co_return co_await cluster::apply_binding(context_, manifest.object);
  co_return co_await context_.client.apply(manifest.resource, manifest.object);
}

Task<Result<std::vector<std::optional<std::uint64_t>>>> Controller::apply(
    std::vector<Manifest> wanted, Configuration configuration, std::string key
) {
  std::vector<std::optional<std::uint64_t>> contents;
  for (const Manifest& each : wanted) {
    const json::Value written = co_await apply_one(each, configuration);
    contents.emplace_back(cluster::fingerprint(written));
    const std::string version = text(written, "/metadata/resourceVersion");
    if (each.resource == kCronJobs) controller_.expect(key, context_.stores.cron_jobs, version);
    if (each.resource == kServiceAccounts) controller_.expect(key, context_.stores.accounts, version);
    if (each.resource == kRoleBindings) controller_.expect(key, context_.stores.bindings, version);
  }
  co_return contents;
}

Task<Result<void>> Controller::write_status(
    Configuration configuration, BackupConfiguration::Status status, std::string key
) {
  if (status == configuration->status) co_return {};
  BackupConfiguration wanted;
  wanted.metadata.name = configuration->metadata.name;
  wanted.metadata.namespace_ = configuration->metadata.namespace_;
  wanted.metadata.resource_version = configuration->metadata.resource_version;
  wanted.status = status;
  json::Value object = json::encode(wanted);
  object.as_object().erase("spec");
  const json::Value written = co_await context_.client.apply_status(BackupConfiguration::kResource, std::move(object));
  controller_.expect(key, text(written, "/metadata/resourceVersion"));
  const auto* created = kube::find_condition(status.conditions, "CronJobCreated");
  if (created != nullptr && created->status == kube::ConditionStatus::kFalse) {
    context_.events.warning(runtime::reference_to(*configuration), "CronJobCreationFailed", created->message);
  }
  co_return {};
}

Task<Result<void>> Controller::drop_finalizer(Configuration configuration) {
  auto rest = configuration->metadata.finalizers;
  if (std::erase(rest, naming::kStashManager) == 0) co_return {};
  json::Array finalizers;
  for (const Text& each : rest) finalizers.push_back(json::make_string(each));
  const json::Object patch{
      {"metadata",
       json::Object{
           {"resourceVersion", configuration->metadata.resource_version}, {"finalizers", std::move(finalizers)}
       }}
  };
  auto patched =
      co_await context_.client
          .merge_patch(
              BackupConfiguration::kResource, {configuration->metadata.namespace_, configuration->metadata.name}, patch
          )
          .as_result();
  if (!patched && !patched.error().is(Code::kNotFound)) co_return fail(std::move(patched).error());
  co_return {};
}

}  // namespace snapstash::schedule
