#include "features/backup/act.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "features/backup/hooks.hpp"
#include "features/backup/refusal.hpp"
#include "features/backup/retry.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/create.hpp"
#include "features/jobs/observe.hpp"
#include "features/naming/labels.hpp"
#include "features/schedule/manifests.hpp"

namespace snapstash::backup {
namespace {

/// The PVCs of this session that have a ready snapshot at this moment, asked of the API server: nothing is deleted on
/// the strength of a view that may be old.
Task<Result<std::set<std::string>>> backed_up_now(const cluster::Context& context, const Sight& sight) {
  kube::Selection ours{
      .namespace_ = sight.session->metadata.namespace_,
      .label_selector = fmt::format("{}={}", naming::kSessionUid, sight.session->metadata.uid),
      .field_selector = ""
  };
  const auto page = co_await context.client.list<api::VolumeSnapshot>(std::move(ours));
  std::set<std::string> claims;
  for (const api::VolumeSnapshot& each : page.items) {
    if (each.status.ready_to_use && !each.metadata.deletion_timestamp) claims.insert(each.spec.source.claim);
  }
  co_return claims;
}

/// A pod that still waits for a snapshot that is about to go would find it missing, and its successor would make it
/// anew: of today's data, under yesterday's name.
Task<Result<void>> stop_its_maker(const cluster::Context& context, std::string namespace_, std::string snapshot) {
  const auto known = context.stores.snapshots.get(runtime::key_of(namespace_, snapshot));
  if (!known) co_return {};
  const auto session = known->metadata.labels.find(naming::kSessionUid);
  if (session == known->metadata.labels.end()) co_return {};
  for (const auto& job : jobs::jobs_of(context.stores, session->second)) {
    const bool over = jobs::view(*job, {}).state != jobs::JobView::State::kActive;
    if (over || job->metadata.deletion_timestamp) continue;
    co_await context.client.remove(
        api::Job::kResource, {namespace_, job->metadata.name}, {.uid = job->metadata.uid, .resource_version = ""}
    );
  }
  co_return {};
}

Task<Result<std::string>> apply_retention(const cluster::Context& context, const Sight& sight) {
  const std::set<std::string> safe = co_await backed_up_now(context, sight);
  for (const retention::Plan& plan : sight.retention) {
    if (plan.going().empty()) continue;
    // Said, and not passed over: the session's status has announced that they go.
    if (!safe.contains(plan.pvc)) {
      co_return fail(
          Code::kInvalid, fmt::format("the snapshot that this session took of {} is not there any more", plan.pvc)
      );
    }
    for (const retention::Snapshot& each : plan.going()) {
      co_await stop_its_maker(context, sight.session->metadata.namespace_, each.name);
      co_await context.client.remove(
          api::VolumeSnapshot::kResource, {sight.session->metadata.namespace_, each.name},
          {.uid = each.uid, .resource_version = ""}
      );
      deletions(context.registry).add();
      context.log.info(
          "deleted a snapshot by retention policy",
          {{"namespace", sight.session->metadata.namespace_}, {"snapshot", each.name}, {"pvc", plan.pvc}}
      );
    }
  }
  co_return std::string();
}

Task<Result<std::string>> clean_history(const cluster::Context& context, const Sight& sight) {
  for (const history::Session& each : sight.old_sessions) {
    co_await context.client.remove(
        api::BackupSession::kResource, {sight.session->metadata.namespace_, each.name},
        {.uid = each.uid, .resource_version = ""}
    );
  }
  co_return std::string();
}

Task<Result<std::string>> create_retry(const cluster::Context& context, const Sight& sight) {
  co_await context.client.create(
      api::BackupSession::kResource, retry_manifest(*sight.session, *sight.configuration, sight.members),
      kube::owned_by(sight.configuration->metadata.uid)
  );
  co_return std::string();
}

Errand errand_for(const Sight& sight) {
  std::vector<std::pair<std::string, std::string>> claims;
  for (const Volume& volume : sight.seen.volumes) {
    if (volume.obstacle.empty()) claims.emplace_back(volume.pvc, volume.class_name);
  }
  return errand_of(*sight.session, *sight.configuration, claims, sight.seen.clocks.cut);
}

Task<Result<std::string>> create_job(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, int attempt
) {
  if (!sight.configuration) co_return fail(Code::kInvalid, "the BackupConfiguration is gone");
  Errand errand = errand_for(sight);
  if (sight.seen.hooks && sight.seen.hooks->pre) {
    errand.hooks = co_await hook_errand(context, sight.session, sight.configuration);
    // Those that the session has, or none: it must not say of a hook that was taken out meanwhile that it ran.
    if (!errand.hooks->pre || (sight.seen.hooks->held && !errand.hooks->post)) {
      co_return fail(Code::kInvalid, "hooks of this session were taken out of spec.hooks before its Job could be made");
    }
    if (!sight.seen.hooks->held) errand.hooks->post.reset();
  }
  json::Value job = job_manifest(*sight.session, *sight.configuration, errand, attempt, settings);
  co_return co_await jobs::create(context, sight.session->metadata.uid, std::move(job));
}

Task<Result<std::string>> create_hook_job(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, CreateHookJob effect
) {
  const auto& session = *sight.session;
  hooks::Errand errand = co_await hook_errand(context, sight.session, sight.configuration);
  errand.pre.reset();
  errand.facts.phase = effect.phase;
  errand.facts.error = effect.error;
  errand.facts.duration = hooks::duration_since(sight.seen.created, sight.seen.now);
  const jobs::Plan plan = hooks::post_plan(
      hook_job_name(session), schedule::snapshotter_account(*sight.configuration),
      job_labels(session, *sight.configuration), errand
  );
  const jobs::Owner owner{api::BackupSession::kResource, session.metadata};
  json::Value job = jobs::manifest(owner, plan, settings.pods, *sight.configuration->spec.runtime_settings);
  co_return co_await jobs::create(context, session.metadata.uid, std::move(job));
}

Task<Result<std::string>> remove(
    const cluster::Context& context, const Sight& sight, kube::Resource resource, std::string name,
    kube::Preconditions only_if
) {
  co_await context.client.remove(resource, {sight.session->metadata.namespace_, name}, std::move(only_if));
  co_return std::string();
}

}  // namespace

Task<Result<std::string>> act(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, Effect effect
) {
  if (const auto* create = std::get_if<CreateJob>(&effect))
    return create_job(context, settings, sight, create->attempt);
  if (const auto* job = std::get_if<DeleteJob>(&effect)) {
    return remove(context, sight, api::Job::kResource, job->name, {.uid = job->uid, .resource_version = ""});
  }
  if (const auto* snapshot = std::get_if<DeleteSnapshot>(&effect)) {
    kube::Preconditions as_seen{.uid = snapshot->uid, .resource_version = snapshot->version};
    return remove(context, sight, api::VolumeSnapshot::kResource, snapshot->name, std::move(as_seen));
  }
  if (const auto* hook = std::get_if<CreateHookJob>(&effect)) return create_hook_job(context, settings, sight, *hook);
  if (std::holds_alternative<CreateRetry>(effect)) return create_retry(context, sight);
  return std::holds_alternative<ApplyRetention>(effect) ? apply_retention(context, sight)
                                                        : clean_history(context, sight);
}

Task<Result<void>> carry_out(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, Decision& decision,
    std::function<void(std::string)> created
) {
  for (const Effect& effect : decision.effects) {
    auto version = co_await act(context, settings, sight, effect).as_result();
    if (!version) {
      if (!bears(sight, effect, version.error(), decision)) co_return fail(std::move(version).error());
    } else if (!version->empty()) {
      created(*std::move(version));
    }
  }
  co_return {};
}

runtime::Counter& deletions(runtime::Registry& registry) {
  return registry.counter("snapstash_retention_deletions_total", "VolumeSnapshots deleted by retention policies.")
      .only();
}

}  // namespace snapstash::backup
