#include "features/batch/own_hooks.hpp"

#include <fmt/format.h>

#include "api/cluster/jobs.hpp"
#include "features/jobs/refusal.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::batch {
namespace {

constexpr std::string_view kCondition = "Stalled";

}  // namespace

Task<Result<HookNews>> carry_out(
    const cluster::Context& context, HookTurn turn, std::vector<kube::Condition>& conditions, WallTime now
) {
  HookNews news;
  const HookStep& step = turn.step;
  if (step.begin) hooks::set_running(conditions, turn.kind, now);
  if (step.create) {
    auto created = co_await turn.create().as_result();
    if (!created && !kube::is_refusal(created.error())) co_return fail(std::move(created).error());
    if (!created) news.refused = jobs::explain_refusal(created.error());
  }
  if (step.remove && turn.job) {
    const kube::Place place{turn.namespace_, turn.job->name};
    co_await context.client.remove(api::Job::kResource, place, {.uid = turn.job->uid, .resource_version = ""});
  }
  if (!step.outcome || hooks::outcome_in(conditions, turn.kind)) co_return news;
  hooks::set_outcome(conditions, turn.kind, *step.outcome, now);
  if (!step.outcome->empty()) {
    news.failure = fmt::format("The batch's {} hook failed: {}", hooks::field_of(turn.kind), *step.outcome);
  }
  co_return news;
}

bool note_stall(const Stall& stall, bool theirs, std::vector<kube::Condition>& conditions, WallTime now) {
  const bool refused = !stall.refused.empty();
  const std::string& why = refused ? stall.refused : stall.stalled;
  const bool was = kube::has_condition(conditions, kCondition, kube::ConditionStatus::kTrue);
  if (why.empty() && (!was || theirs)) return false;
  kube::Condition condition{.type = kCondition, .status = kube::ConditionStatus::kFalse, .reason = "Progressing"};
  if (!why.empty()) {
    condition.status = kube::ConditionStatus::kTrue;
    condition.reason = refused ? jobs::kRefused : "NoProgress";
    condition.message = why;
  }
  condition.last_transition_time = now;
  kube::set_condition(conditions, std::move(condition));
  return !why.empty() && !was;
}

void sooner(std::optional<WallTime>& when, std::optional<WallTime> candidate) {
  if (candidate && (!when || *candidate < *when)) when = candidate;
}

}  // namespace snapstash::batch
