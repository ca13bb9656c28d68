#include "features/backup/hooks.hpp"

#include <algorithm>

#include "features/backup/job.hpp"
#include "features/backup/observe.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/observe.hpp"
#include "features/jobs/refusal.hpp"
#include "features/jobs/report.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::backup {
namespace {

using api::BackupConfiguration;
using api::BackupHookPolicy;
using api::BackupSession;
using hooks::Outcome;
using hooks::Standing;

/// What the session's own Job says of its hooks. Its report is written before its pod ends, and survives a kill.
void note_job(const Observation& seen, Standing& standing) {
  if (!seen.job) return;
  const JobView& job = *seen.job;
  const bool complete = job.state == JobView::State::kComplete;
  if (!standing.pre_outcome) standing.pre_outcome = hooks::said(job.hooks, jobs::kPre);
  if (complete && !standing.pre_outcome) standing.pre_outcome = "";
  if (standing.held) {
    // A post hook that failed in there is tried again by a Job of its own.
    const auto post = hooks::said(job.hooks, jobs::kPost);
    if (!standing.post_outcome && post.value_or(complete ? "" : "unknown").empty()) standing.post_outcome = "";
    // It came too late to begin anything, and says so.
    if (job.state == JobView::State::kFailed && !job.errors.empty() && job.hooks.empty()) standing.never = true;
  }
}

Outcome why_never(const Observation& seen) {
  return seen.job->trouble.empty() ? "its pod has not begun" : "its pod has not begun: " + seen.job->trouble;
}

std::optional<api::SessionHooks> recorded_or_due(
    const BackupSession& session, const BackupConfiguration* configuration, const Observation& seen
) {
  const auto& progress = session.status.snapstash;
  if (progress && progress->hooks) return progress->hooks;
  // A session that has begun without them goes on without them.
  if (configuration == nullptr || seen.job || seen.attempts > 0) return std::nullopt;
  return hooks_of(*configuration);
}

/// The session's Job, asked of the API server: a store that lags behind must not make it look deleted.
Task<Result<void>> look_for_job(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session, Observation& seen
) {
  const std::string name = job_name(*session, std::max(seen.attempts, 1));
  auto found = co_await context.client.get<api::Job>({session->metadata.namespace_, name}).as_result();
  if (!found && found.error().is(Code::kNotFound)) co_return {};
  if (!found) co_return fail(std::move(found).error());
  if (kube::is_owned_by(found->metadata, session->metadata.uid)) seen.job = jobs::view(*found, {});
  co_return {};
}

Task<Result<void>> note_beginning(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session, const Observation& seen,
    Standing& standing
) {
  const bool open = standing.held && !standing.pre_outcome && !standing.post_outcome && seen.job &&
                    seen.job->state == JobView::State::kActive;
  if (!open || seen.now < seen.clocks.cut + kNeverBegun) co_return {};
  const auto jobs = jobs_of(context.stores, *session);
  if (jobs.empty()) co_return {};
  const bool may_have_run = co_await jobs::may_have_run_now(context, jobs.back());
  standing.never = !may_have_run;
  co_return {};
}

}  // namespace

Standing standing_of(
    const BackupSession& session, const api::SessionHooks& hooks, const BackupConfiguration* configuration
) {
  Standing standing{.pre = hooks.pre_backup, .post = hooks.post_backup, .held = hooks.held};
  standing.recorded = session.status.snapstash && session.status.snapstash->hooks;
  standing.timeout = hook_timeout(configuration);
  standing.removed = configuration == nullptr || !configuration->spec.hooks->post_backup;
  standing.refused = jobs::refusal_in(session.status.conditions);
  if (standing.removed) return standing;
  const BackupHookPolicy policy = configuration->spec.hooks->post_backup->execution_policy;
  const bool last_try = session.spec.retry_left <= 0 || !configuration->spec.retry_config;
  standing.after_success = policy == BackupHookPolicy::kAlways || policy == BackupHookPolicy::kOnSuccess;
  standing.after_failure = policy == BackupHookPolicy::kAlways || policy == BackupHookPolicy::kOnFailure ||
                           (policy == BackupHookPolicy::kOnFinalRetryFailure && last_try);
  return standing;
}

Duration hook_timeout(const BackupConfiguration* configuration) {
  const auto parsed =
      configuration == nullptr ? std::nullopt : parse_duration(configuration->spec.snapstash.hook_timeout);
  return parsed.value_or(hooks::kDefaultTimeout);
}

std::optional<api::SessionHooks> hooks_of(const BackupConfiguration& configuration) {
  const auto& hooks = *configuration.spec.hooks;
  if (!hooks.pre_backup && !hooks.post_backup) return std::nullopt;
  api::SessionHooks made{.pre_backup = hooks.pre_backup.has_value(), .post_backup = hooks.post_backup.has_value()};
  made.held = made.pre_backup && made.post_backup && hooks.post_backup->execution_policy == BackupHookPolicy::kAlways;
  return made;
}

Task<Result<void>> observe_hooks(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session,
    std::shared_ptr<const BackupConfiguration> configuration, Observation& seen
) {
  const auto hooks = recorded_or_due(*session, configuration.get(), seen);
  if (!hooks) co_return {};
  Standing standing = standing_of(*session, *hooks, configuration.get());
  if (!session->status.targets.empty()) {
    const auto& conditions = session->status.targets[0].conditions;
    standing.pre_outcome = hooks::outcome_in(conditions, hooks::Kind::kPreBackup);
    standing.post_outcome = hooks::outcome_in(conditions, hooks::Kind::kPostBackup);
  }
  const bool missing = standing.recorded && standing.pre && !seen.job && !standing.post_outcome;
  if (missing && (seen.attempts > 0 || seen.now >= seen.clocks.cut)) co_await look_for_job(context, session, seen);
  note_job(seen, standing);
  // Snapshots are made after preBackup has succeeded, and not otherwise.
  const bool any_made = std::ranges::any_of(seen.volumes, [](const Volume& each) { return each.snapshot.has_value(); });
  if (standing.pre && !standing.pre_outcome && any_made) standing.pre_outcome = "";
  if (!standing.pre) standing.pre_outcome.reset();
  co_await note_beginning(context, session, seen, standing);
  if (standing.never) standing.pre_outcome = why_never(seen);
  if (const auto job = hook_job_of(context.stores, *session)) {
    standing.post_job = co_await jobs::observe(context, job);
  }
  hooks::note_post_job(standing);
  seen.hooks = std::move(standing);
  co_return {};
}

hooks::Errand errand_without_audience(const BackupSession& session, const BackupConfiguration& configuration) {
  const auto& spec = configuration.spec;
  hooks::Errand errand{.pre = spec.hooks->pre_backup, .timeout = hook_timeout(&configuration)};
  if (spec.hooks->post_backup) errand.post = static_cast<const api::Handler&>(*spec.hooks->post_backup);
  errand.facts.name = session.metadata.name;
  errand.facts.namespace_ = session.metadata.namespace_;
  errand.facts.invoker_kind = session.spec.invoker.kind;
  errand.facts.invoker_name = session.spec.invoker.name;
  if (spec.target) errand.facts.target = spec.target->ref;
  if (errand.facts.target.namespace_.empty()) errand.facts.target.namespace_ = session.metadata.namespace_;
  errand.facts.phase = "Running";
  errand.facts.retry_left = session.spec.retry_left;
  return errand;
}

Task<Result<hooks::Errand>> hook_errand(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session,
    std::shared_ptr<const BackupConfiguration> configuration
) {
  const auto& spec = configuration->spec;
  hooks::Errand errand = errand_without_audience(*session, *configuration);
  const bool all = spec.snapstash.hook_pods == api::SnapstashSettings::HookPods::kAll;
  errand.audience = co_await hooks::find_audience(context, errand.facts.target, session->metadata.namespace_, all);
  co_return errand;
}

}  // namespace snapstash::backup
