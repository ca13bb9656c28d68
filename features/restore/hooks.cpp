#include "features/restore/hooks.hpp"

#include "features/hooks/job.hpp"
#include "features/jobs/observe.hpp"
#include "features/jobs/report.hpp"
#include "features/restore/job.hpp"

namespace snapstash::restore {
using api::RestoreHookPolicy;
using api::RestoreSession;
using hooks::Standing;

void note_policy(const api::RestoreHooks& hooks, Standing& standing) {
  const auto& post = hooks.post_restore;
  if (!post) return;
  standing.after_success = post->execution_policy != RestoreHookPolicy::kOnFailure;
  standing.after_failure = post->execution_policy != RestoreHookPolicy::kOnSuccess;
}

Task<Result<void>> observe_hooks(
    const cluster::Context& context, std::shared_ptr<const RestoreSession> session, Observation& seen
) {
  const auto& hooks = session->spec.hooks;
  if (!hooks.pre_restore && !hooks.post_restore) co_return {};
  Standing standing{.pre = hooks.pre_restore.has_value(), .post = hooks.post_restore.has_value(), .recorded = true};
  standing.timeout = hooks::kDefaultTimeout;
  note_policy(hooks, standing);
  const auto& conditions = session->status.conditions;
  standing.pre_outcome = hooks::outcome_in(conditions, hooks::Kind::kPreRestore);
  standing.post_outcome = hooks::outcome_in(conditions, hooks::Kind::kPostRestore);
  if (standing.pre && !standing.pre_outcome && seen.job) {
    standing.pre_outcome = hooks::said(seen.job->hooks, jobs::kPre);
    const bool complete = seen.job->state == jobs::JobView::State::kComplete;
    if (complete && !standing.pre_outcome) standing.pre_outcome = "";
  }
  const std::string member = member_of(*session);
  if (const auto job = jobs::hook_job_of(context.stores, session->metadata.uid, jobs::kPost, member)) {
    standing.post_job = co_await jobs::observe(context, job);
  }
  hooks::note_post_job(standing);
  standing.refused = seen.refused;
  seen.hooks = std::move(standing);
  co_return {};
}

Task<Result<hooks::Errand>> hook_errand(
    const cluster::Context& context, std::shared_ptr<const RestoreSession> session
) {
  const auto& spec = session->spec;
  hooks::Errand errand{.pre = spec.hooks.pre_restore};
  if (spec.hooks.post_restore) errand.post = static_cast<const api::Handler&>(*spec.hooks.post_restore);
  errand.facts.name = session->metadata.name;
  errand.facts.namespace_ = session->metadata.namespace_;
  errand.facts.invoker_kind = owner_of(*session).resource.kind;
  errand.facts.invoker_name = session->metadata.name;
  if (spec.target && spec.target->ref) errand.facts.target = *spec.target->ref;
  if (errand.facts.target.namespace_.empty()) errand.facts.target.namespace_ = session->metadata.namespace_;
  errand.facts.phase = "Running";
  errand.audience = co_await hooks::find_audience(context, errand.facts.target, session->metadata.namespace_, true);
  co_return errand;
}

}  // namespace snapstash::restore
