#include "features/hooks/standing.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "features/jobs/report.hpp"

namespace snapstash::hooks {
namespace {

constexpr std::string_view kBecause = " Reason: ";

/// Stash's words for a hook: of its condition, and of the reasons that this may have.
struct Names {
  std::string_view type, good, bad, field;
};

Names names_of(Kind kind) {
  static constexpr std::array<Names, 8> names{
      {{"PreBackupHookExecutionSucceeded", "SuccessfullyExecutedPreBackupHook", "FailedToExecutePreBackupHook",
        "preBackup"},
       {"PostBackupHookExecutionSucceeded", "SuccessfullyExecutedPostBackupHook", "FailedToExecutePostBackupHook",
        "postBackup"},
       {"PreRestoreHookExecutionSucceeded", "SuccessfullyExecutedPreRestoreHook", "FailedToExecutePreRestoreHook",
        "preRestore"},
       {"PostRestoreHookExecutionSucceeded", "SuccessfullyExecutedPostRestoreHook", "FailedToExecutePostRestoreHook",
        "postRestore"},
       {"GlobalPreBackupHookSucceeded", "GlobalPreBackupHookExecutedSuccessfully", "GlobalPreBackupHookExecutionFailed",
        "preBackup"},
       {"GlobalPostBackupHookSucceeded", "GlobalPostBackupHookExecutedSuccessfully",
        "GlobalPostBackupHookExecutionFailed", "postBackup"},
       {"GlobalPreRestoreHookSucceeded", "GlobalPreRestoreHookExecutedSuccessfully",
        "GlobalPreRestoreHookExecutionFailed", "preRestore"},
       {"GlobalPostRestoreHookSucceeded", "GlobalPostRestoreHookExecutedSuccessfully",
        "GlobalPostRestoreHookExecutionFailed", "postRestore"}}
  };
  return names.at(static_cast<std::size_t>(kind));
}

std::string type_of(Kind kind) { return std::string(names_of(kind).type); }

std::string why_late(const Standing& standing) {
  const std::string& refused = standing.refused;
  if (!standing.post_job) return refused.empty() ? "no Job could be made for it" : refused;
  const std::string& trouble = standing.post_job->trouble;
  return fmt::format("Job {}: {}", standing.post_job->name, trouble.empty() ? "it has not ended" : trouble);
}

}  // namespace

std::string_view field_of(Kind kind) { return names_of(kind).field; }

Duration patience(const Standing& standing) {
  return std::max<Duration>(std::chrono::minutes(10), 2 * standing.timeout);
}

PostMove move_post(const Standing& standing, WallTime now, WallTime give_up) {
  if (standing.post_outcome) return {.settled = true};
  if (standing.removed) return {.settled = true, .outcome = "it was removed before it could run"};
  if (now >= give_up) {
    return {
        .settled = true,
        .remove = standing.post_job.has_value(),
        .outcome = fmt::format("it could not be run in time: {}. Run it by hand.", why_late(standing))
    };
  }
  if (!standing.post_job) return {.create = true};
  if (standing.post_job->node_lost) return {.remove = true};
  PostMove wait;
  if (!standing.post_job->trouble.empty()) {
    wait.stalled = fmt::format("Job {} cannot do its work: {}", standing.post_job->name, standing.post_job->trouble);
  }
  return wait;
}

std::optional<Outcome> said(const std::map<std::string, std::string>& outcomes, std::string_view hook) {
  const auto found = outcomes.find(std::string(hook));
  if (found == outcomes.end()) return std::nullopt;
  return found->second;
}

void note_post_job(Standing& standing) {
  if (!standing.post_job || standing.post_outcome) return;
  const jobs::JobView& job = *standing.post_job;
  if (job.state == jobs::JobView::State::kComplete) standing.post_outcome = "";
  if (job.state != jobs::JobView::State::kFailed) return;
  const auto words = said(job.hooks, jobs::kPost);
  standing.post_outcome = words && !words->empty() ? *words : job.trouble.empty() ? "its Job failed" : job.trouble;
}

std::string explain_failures(const Standing& standing, const std::optional<Outcome>& decided, Kind pre, Kind post) {
  std::string text;
  const auto add = [&](Kind kind, const std::optional<Outcome>& outcome) {
    if (outcome && !outcome->empty()) text += fmt::format(" The {} hook failed: {}", field_of(kind), *outcome);
  };
  add(pre, standing.pre_outcome);
  add(post, standing.post_outcome ? standing.post_outcome : decided);
  return text;
}

std::optional<Outcome> outcome_in(const std::vector<kube::Condition>& conditions, Kind kind) {
  const auto* condition = kube::find_condition(conditions, type_of(kind));
  if (condition == nullptr || condition->status == kube::ConditionStatus::kUnknown) return std::nullopt;
  if (condition->status == kube::ConditionStatus::kTrue) return Outcome();
  const std::string message = condition->message;
  const auto at = message.find(kBecause);
  return at == std::string::npos ? message : message.substr(at + kBecause.size());
}

void set_running(std::vector<kube::Condition>& conditions, Kind kind, WallTime now) {
  set_condition(
      conditions, {.type = type_of(kind),
                   .status = kube::ConditionStatus::kUnknown,
                   .reason = "Running",
                   .message = fmt::format("The {} hook is being run.", names_of(kind).field),
                   .last_transition_time = now,
                   .observed_generation = {},
                   .severity = ""}
  );
}

std::optional<WallTime> running_since(const std::vector<kube::Condition>& conditions, Kind kind) {
  const auto* condition = kube::find_condition(conditions, type_of(kind));
  if (condition == nullptr || condition->status != kube::ConditionStatus::kUnknown) return std::nullopt;
  return condition->last_transition_time;
}

void set_outcome(std::vector<kube::Condition>& conditions, Kind kind, const Outcome& outcome, WallTime now) {
  const Names names = names_of(kind);
  const bool well = outcome.empty();
  set_condition(
      conditions, {.type = type_of(kind),
                   .status = well ? kube::ConditionStatus::kTrue : kube::ConditionStatus::kFalse,
                   .reason = std::string(well ? names.good : names.bad),
                   .message = well ? fmt::format("Successfully executed {} hook.", names.field)
                                   : fmt::format("Failed to execute {} hook.{}{}", names.field, kBecause, outcome),
                   .last_transition_time = now,
                   .observed_generation = {},
                   .severity = ""}
  );
}

}  // namespace snapstash::hooks
