#include "features/restore/status.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/cluster/target.hpp"
#include "features/hooks/facts.hpp"
#include "features/restore/job.hpp"

namespace snapstash::restore {
namespace {

using api::HostRestoreStats;
using api::RestoreSession;
using kube::Condition;
using kube::ConditionStatus;

/// A status in the making.
struct Draft {
  const Sight& sight;
  RestoreSession::Status status;

  void set(std::string_view type, ConditionStatus value, std::string_view reason, std::string_view message) {
    set_condition(
        status.conditions, {.type = type,
                            .status = value,
                            .reason = reason,
                            .message = message,
                            .last_transition_time = sight.seen.now,
                            .observed_generation = {},
                            .severity = ""}
    );
  }
};

const api::TargetRef* named_target(const RestoreSession& session) {
  const auto& target = session.spec.target;
  return target && target->ref && !target->ref->name.empty() ? &*target->ref : nullptr;
}

HostRestoreStats::Phase phase_of(ClaimState state) {
  using Phase = HostRestoreStats::Phase;
  switch (state) {
    case ClaimState::kSucceeded: return Phase::kSucceeded;
    case ClaimState::kFailed: return Phase::kFailed;
    case ClaimState::kUnknown: return Phase::kUnknown;
    case ClaimState::kUncreated:
    case ClaimState::kUnbound: break;
  }
  return Phase::kRunning;
}

/// Each PVC's own time, not that of the whole Job (Stash's B24).
HostRestoreStats stats_of(const Sight& sight, const Claim& claim, const Outcome& outcome) {
  HostRestoreStats stats{.hostname = claim.name, .phase = phase_of(outcome.state), .duration = "", .error = ""};
  if (!is_final(outcome)) return stats;
  stats.error = outcome.message;
  const WallTime start = claim.exists && claim.exists->ours ? claim.exists->created : began_at(*sight.session);
  stats.duration = hooks::duration_since(start, sight.seen.now);
  return stats;
}

const HostRestoreStats* find(const std::vector<HostRestoreStats>& all, const std::string& pvc) {
  const auto found = std::ranges::find(all, pvc, &HostRestoreStats::hostname);
  return found == all.end() ? nullptr : &*found;
}

void set_stats(Draft& draft, const Decision& decision) {
  const auto& claims = draft.sight.seen.claims;
  std::vector<HostRestoreStats> all;
  for (std::size_t i = 0; i < claims.size() && i < decision.outcomes.size(); ++i) {
    const HostRestoreStats* known = find(draft.status.stats, claims[i].name);
    HostRestoreStats stats = stats_of(draft.sight, claims[i], decision.outcomes[i]);
    // What has been said stays said, its duration included.
    const bool same = known != nullptr && known->phase == stats.phase && !known->duration.empty();
    if (same) stats = *known;
    all.push_back(std::move(stats));
  }
  draft.status.stats = std::move(all);
  draft.status.total_hosts = static_cast<std::int32_t>(claims.size());
}

void set_target(Draft& draft, const Decision& decision) {
  if (named_target(*draft.sight.session) == nullptr) return;
  const bool missing = decision.outcomes.empty() && !draft.sight.seen.no_target.empty();
  if (missing) {
    draft.set("RestoreTargetFound", ConditionStatus::kFalse, "TargetNotAvailable", decision.message);
  } else {
    draft.set("RestoreTargetFound", ConditionStatus::kTrue, "TargetAvailable", "Restore target is available.");
  }
}

/// Stash's sentence; without a target it names nothing, so there the session stands in.
std::string ensured_message(const RestoreSession& session) {
  const std::string& namespace_ = session.metadata.namespace_;
  const auto* target = named_target(session);
  std::string whom = target != nullptr
                         ? cluster::describe(*target, namespace_)
                         : fmt::format("{} {}/{}", owner_of(session).resource.kind, namespace_, session.metadata.name);
  if (target == nullptr && session.part) whom = fmt::format("member {} of {}", session.part->member, whom);
  return fmt::format("Restorer job/init-container has been ensured successfully for {}.", whom);
}

void set_executor(Draft& draft, const Decision& decision, const std::string& refused) {
  if (decision.outcomes.empty()) return;
  std::string problem = refused;
  // Blocked before anything was created.
  if (decision.step == Step::kFinish && !draft.sight.seen.started && decision.verdict == Verdict::kFailed) {
    problem = decision.message;
  }
  if (problem.empty() && decision.step == Step::kFinish && !draft.sight.seen.refused.empty()) return;  // as it was
  if (problem.empty()) {
    draft.set(
        "RestoreExecutorEnsured", ConditionStatus::kTrue, "SuccessfullyEnsuredRestoreExecutor",
        ensured_message(*draft.sight.session)
    );
  } else {
    draft.set("RestoreExecutorEnsured", ConditionStatus::kFalse, "FailedToEnsureRestoreExecutor", std::move(problem));
  }
}

void set_hooks(Draft& draft, const Decision& decision) {
  if (!draft.sight.seen.hooks || decision.outcomes.empty()) return;
  const hooks::Standing& standing = *draft.sight.seen.hooks;
  const auto write = [&](hooks::Kind kind, const std::optional<hooks::Outcome>& outcome) {
    if (outcome) hooks::set_outcome(draft.status.conditions, kind, *outcome, draft.sight.seen.now);
  };
  write(hooks::Kind::kPreRestore, standing.pre_outcome);
  write(hooks::Kind::kPostRestore, standing.post_outcome ? standing.post_outcome : decision.post_outcome);
}

void set_stalled(Draft& draft, const Decision& decision) {
  const bool was = find_condition(draft.status.conditions, "Stalled") != nullptr;
  if (decision.stalled) {
    draft.set("Stalled", ConditionStatus::kTrue, "NoProgress", *decision.stalled);
  } else if (was) {
    draft.set("Stalled", ConditionStatus::kFalse, "Progressing", "");
  }
}

void set_deadline(Draft& draft, const Decision& decision) {
  const std::string& time_out = draft.sight.session->spec.time_out;
  if (!time_out.empty()) draft.status.session_deadline = draft.sight.seen.deadline;
  if (!decision.deadline_exceeded) return;
  const auto parsed = parse_duration(time_out);
  draft.set(
      "DeadlineExceeded", ConditionStatus::kTrue, "FailedToCompleteWithinDeadline",
      fmt::format("Failed to complete restore within {}.", format_duration(parsed.value_or(Duration(kDefaultDeadline))))
  );
}

RestoreSession::Phase phase_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSucceeded: return RestoreSession::Phase::kSucceeded;
    case Verdict::kUnknown: return RestoreSession::Phase::kUnknown;
    case Verdict::kFailed: break;
  }
  return RestoreSession::Phase::kFailed;
}

void finish(Draft& draft, const Decision& decision) {
  draft.status.phase = phase_of(decision.verdict);
  // A session that was Unknown and is known now has long ended.
  if (draft.status.session_duration.empty()) {
    draft.status.session_duration = hooks::duration_since(began_at(*draft.sight.session), draft.sight.seen.now);
  }
  if (draft.sight.session->part) return;  // the batch says that once
  draft.set(
      "MetricsPushed", ConditionStatus::kTrue, "SuccessfullyPushedMetrics", "Metrics are served by the operator."
  );
}

}  // namespace

RestoreSession::Status status_of(const Sight& sight, const Decision& decision, const std::string& refused) {
  Draft draft{.sight = sight, .status = sight.session->status};
  switch (decision.step) {
    case Step::kNothing: return draft.status;
    case Step::kInvalid:
      draft.status.phase = RestoreSession::Phase::kInvalid;
      draft.set("ValidationPassed", ConditionStatus::kFalse, "ResourceValidationFailed", decision.message);
      return draft.status;
    case Step::kWait:
    case Step::kRun:
    case Step::kFinish: break;
  }
  set_target(draft, decision);
  set_deadline(draft, decision);
  if (!decision.outcomes.empty()) set_stats(draft, decision);
  set_executor(draft, decision, refused);
  set_hooks(draft, decision);
  set_stalled(draft, decision);
  if (decision.step == Step::kWait) draft.status.phase = RestoreSession::Phase::kPending;
  if (decision.step == Step::kRun) draft.status.phase = RestoreSession::Phase::kRunning;
  if (decision.step == Step::kFinish) finish(draft, decision);
  return draft.status;
}

}  // namespace snapstash::restore
