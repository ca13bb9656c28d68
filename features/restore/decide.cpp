#include "features/restore/decide.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::restore {
namespace {

using jobs::JobView;

std::vector<Outcome> judge_all(const Observation& seen) {
  const Circumstances circumstances{
      .now = seen.now,
      .deadline = seen.deadline,
      .job_is_over = seen.job && seen.job->state != JobView::State::kActive,
      .job_error = seen.job ? seen.job->trouble : seen.refused
  };
  std::vector<Outcome> outcomes;
  outcomes.reserve(seen.claims.size());
  for (const Claim& claim : seen.claims) outcomes.push_back(judge(claim, circumstances));
  return outcomes;
}

bool any(const std::vector<Outcome>& outcomes, ClaimState state) {
  return std::ranges::any_of(outcomes, [=](const Outcome& outcome) { return outcome.state == state; });
}

/// A failure counts more than what cannot be known (Stash shows Unknown and hides the failure: its B24).
Verdict verdict_of(const std::vector<Outcome>& outcomes) {
  if (any(outcomes, ClaimState::kFailed)) return Verdict::kFailed;
  return any(outcomes, ClaimState::kUnknown) ? Verdict::kUnknown : Verdict::kSucceeded;
}

std::string summary(const Observation& seen, const std::vector<Outcome>& outcomes) {
  std::string text;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].message.empty()) continue;
    if (!text.empty()) text += " ";
    text += fmt::format("{}: {}", seen.claims[i].name, outcomes[i].message);
  }
  if (verdict_of(outcomes) == Verdict::kUnknown) {
    text += " Once pods use these PVCs and they are bound, the session becomes Succeeded.";
  }
  if (!text.empty()) return text;
  return outcomes.size() == 1 ? "1 volume is restored." : fmt::format("{} volumes are restored.", outcomes.size());
}

/// A Job that has done its work ends by itself within a moment; one that failed, or cannot work, is stopped.
void stop_job(const Observation& seen, Decision& decision) {
  if (!seen.job || seen.job->state != JobView::State::kActive) return;
  if (decision.verdict == Verdict::kFailed || !seen.job->trouble.empty()) {
    decision.effects.emplace_back(DeleteJob{seen.job->name, seen.job->uid});
  }
}

/// What is done about the post hook, now that the outcome is known. Returns whether the session may end.
bool drive_post(const Observation& seen, Decision& decision) {
  if (!seen.hooks || !seen.hooks->post || !seen.started) return true;
  const bool failed = decision.verdict == Verdict::kFailed || !seen.hooks->pre_outcome.value_or("").empty();
  if (!(failed ? seen.hooks->after_failure : seen.hooks->after_success)) return true;
  const WallTime give_up = seen.deadline + std::chrono::duration_cast<WallTime::duration>(hooks::patience(*seen.hooks));
  const hooks::PostMove move = hooks::move_post(*seen.hooks, seen.now, give_up);
  if (move.create) {
    decision.effects.emplace_back(
        CreateHookJob{failed ? "Failed" : "Succeeded", failed ? decision.message : std::string()}
    );
  }
  if (move.remove) decision.effects.emplace_back(DeleteJob{seen.hooks->post_job->name, seen.hooks->post_job->uid});
  decision.stalled = move.stalled;
  decision.post_outcome = move.outcome;
  decision.look_again = give_up;
  return move.settled;
}

Decision conclude(const Observation& seen, std::vector<Outcome> outcomes) {
  Decision decision{.step = Step::kFinish, .verdict = verdict_of(outcomes), .message = summary(seen, outcomes)};
  if (!drive_post(seen, decision)) {
    decision.step = Step::kRun;
    decision.reason = "Running";
    decision.outcomes = std::move(outcomes);
    return decision;
  }
  decision.look_again.reset();
  if (seen.hooks) {
    const std::string failures = hooks::explain_failures(
        *seen.hooks, decision.post_outcome, hooks::Kind::kPreRestore, hooks::Kind::kPostRestore
    );
    if (!failures.empty()) decision.verdict = Verdict::kFailed;
    decision.message += failures;
  }
  switch (decision.verdict) {
    case Verdict::kSucceeded: decision.reason = "RestoreSucceeded"; break;
    case Verdict::kFailed: decision.reason = "RestoreFailed"; break;
    case Verdict::kUnknown: decision.reason = "RestoreUnverified"; break;
  }
  for (Outcome& outcome : outcomes) {
    if (is_final(outcome)) continue;
    outcome = {ClaimState::kFailed, "Not begun: nothing is created unless everything can be restored."};
  }
  decision.outcomes = std::move(outcomes);
  decision.deadline_exceeded = seen.started && decision.verdict == Verdict::kFailed && seen.now >= seen.deadline;
  stop_job(seen, decision);
  return decision;
}

void drive_job(const Observation& seen, Decision& decision) {
  if (!any(decision.outcomes, ClaimState::kUncreated)) return;
  if (!seen.job) {
    decision.effects.emplace_back(CreateJob{std::max(seen.attempts, 1)});
  } else if (seen.job->node_lost && seen.attempts < kMaxAttempts) {
    decision.effects.emplace_back(DeleteJob{seen.job->name, seen.job->uid});
    decision.effects.emplace_back(CreateJob{std::max(seen.attempts, 1) + 1});
  } else if (!seen.job->trouble.empty()) {
    decision.stalled = fmt::format("Job {} cannot do its work: {}", seen.job->name, seen.job->trouble);
  }
}

/// Slow PVCs: what their provisioner says of them, and when to ask it (again).
void watch_provisioners(const Observation& seen, Decision& decision) {
  for (std::size_t i = 0; i < seen.claims.size(); ++i) {
    const Outcome& outcome = decision.outcomes[i];
    if (outcome.state != ClaimState::kUnbound) continue;
    const WallTime quiet_until = seen.claims[i].exists->created + kQuietTime;
    const WallTime look_again = seen.now < quiet_until ? quiet_until : seen.now + kQuietAgain;
    decision.look_again = std::min(decision.look_again.value_or(seen.deadline), look_again);
    if (!outcome.message.empty() && !decision.stalled) {
      decision.stalled = fmt::format("PVC {} is not bound yet: {}", seen.claims[i].name, outcome.message);
    }
  }
}

Decision wait_for_target(const Observation& seen) {
  Decision decision{.step = Step::kWait, .reason = "TargetNotAvailable", .message = seen.no_target};
  decision.look_again = seen.deadline;
  if (seen.now < seen.deadline) return decision;
  decision.step = Step::kFinish;
  decision.verdict = Verdict::kFailed;
  decision.reason = "RestoreFailed";
  decision.look_again.reset();
  decision.deadline_exceeded = true;
  return decision;
}

Decision look_again(const Observation& seen, const std::vector<Outcome>& outcomes) {
  const auto failed = std::ranges::find(outcomes, ClaimState::kFailed, &Outcome::state);
  return {
      .step = Step::kWait,
      .reason = "LookingAgain",
      .message = failed->message,
      .look_again = seen.created + kSecondLook
  };
}

}  // namespace

Decision decide(const Observation& seen) {
  if (seen.finished) return {};
  // Without claims nothing would be restored, and that must never look like success.
  if ((!seen.started && !seen.invalid.empty()) || (seen.claims.empty() && seen.no_target.empty())) {
    const std::string why = seen.invalid.empty() ? "There is nothing to restore." : seen.invalid;
    return {.step = Step::kInvalid, .reason = "ResourceValidationFailed", .message = why};
  }
  if (!seen.started && !seen.no_target.empty()) return wait_for_target(seen);
  std::vector<Outcome> outcomes = judge_all(seen);
  // Before the first PVC exists, one obstacle is reason enough to create none.
  const bool blocked = !seen.started && any(outcomes, ClaimState::kFailed);
  if (blocked && seen.now < seen.created + kSecondLook) return look_again(seen, outcomes);
  if (blocked || std::ranges::all_of(outcomes, is_final)) return conclude(seen, std::move(outcomes));
  Decision decision{.step = Step::kRun, .reason = "Running", .message = "", .outcomes = std::move(outcomes)};
  decision.look_again = seen.deadline;
  drive_job(seen, decision);
  watch_provisioners(seen, decision);
  const bool silent = seen.job && seen.job->silent && any(decision.outcomes, ClaimState::kUncreated);
  if (silent) decision.look_again = std::min(*decision.look_again, seen.now + jobs::kSilentJobDelay);
  return decision;
}

}  // namespace snapstash::restore
