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
      .job_error = seen.job ? seen.job->trouble : std::string()
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
  return text.empty() ? fmt::format("{} volumes are restored.", outcomes.size()) : text;
}

void stop_job(const Observation& seen, Decision& decision) {
  if (seen.job && seen.job->state == JobView::State::kActive) {
    decision.effects.emplace_back(DeleteJob{seen.job->name, seen.job->uid});
  }
}

Decision conclude(const Observation& seen, std::vector<Outcome> outcomes) {
  Decision decision{.step = Step::kFinish, .verdict = verdict_of(outcomes), .message = summary(seen, outcomes)};
  switch (decision.verdict) {
    case Verdict::kSucceeded: decision.reason = "RestoreSucceeded"; break;
    case Verdict::kFailed: decision.reason = "RestoreFailed"; break;
    case Verdict::kUnknown: decision.reason = "RestoreUnverified"; break;
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

}  // namespace

Decision decide(const Observation& seen) {
  if (seen.finished) return {};
  if (!seen.started) {
    if (!seen.invalid.empty())
      return {.step = Step::kInvalid, .reason = "ResourceValidationFailed", .message = seen.invalid};
    if (!seen.no_target.empty()) {
      Decision decision{.step = Step::kWait, .reason = "TargetNotAvailable", .message = seen.no_target};
      decision.look_again = seen.deadline;
      if (seen.now < seen.deadline) return decision;
      decision.step = Step::kFinish;
      decision.verdict = Verdict::kFailed;
      decision.reason = "RestoreFailed";
      decision.deadline_exceeded = true;
      return decision;
    }
  }
  std::vector<Outcome> outcomes = judge_all(seen);
  // Before the first PVC exists, one obstacle is reason enough to create none.
  const bool blocked = !seen.started && any(outcomes, ClaimState::kFailed);
  if (blocked || std::ranges::all_of(outcomes, is_final)) return conclude(seen, std::move(outcomes));
  Decision decision{.step = Step::kRun, .reason = "Running", .message = "", .outcomes = std::move(outcomes)};
  drive_job(seen, decision);
  decision.look_again = seen.deadline;
  return decision;
}

}  // namespace snapstash::restore
