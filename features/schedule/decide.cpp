#include "features/schedule/decide.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/naming/object_names.hpp"
#include "kernel/base/mutant.hpp"

namespace snapstash::schedule {
namespace {

using api::BackupConfiguration;
using kube::ConditionStatus;

struct Finding {
  std::string type;
  ConditionStatus status;
  std::string reason, message;
};

void note(const Observation& seen, std::vector<kube::Condition>& conditions, const Finding& finding) {
  set_condition(
      conditions, {.type = finding.type,
                   .status = finding.status,
                   .reason = finding.reason,
                   .message = finding.message,
                   .last_transition_time = seen.now,
                   .observed_generation = {},
                   .severity = ""}
  );
}

Finding validation(const Observation& seen) {
  if (seen.problems.empty()) {
    return {"ValidationPassed", ConditionStatus::kTrue, "ResourceValidationPassed", "Successfully validated."};
  }
  return {"ValidationPassed", ConditionStatus::kFalse, "ResourceValidationFailed", seen.problems};
}

Finding target(const Observation::Target& target) {
  if (target.found) {
    return {
        "BackupTargetFound", ConditionStatus::kTrue, "TargetAvailable",
        fmt::format("Backup target {} found.", target.name)
    };
  }
  return {
      "BackupTargetFound", ConditionStatus::kFalse, "TargetNotAvailable",
      fmt::format("Backup target {} does not exist.", target.name)
  };
}

Finding creation(const Applied& applied) {
  if (applied.error.empty()) {
    return {
        "CronJobCreated", ConditionStatus::kTrue, "CronJobCreationSucceeded",
        "Successfully created backup triggering CronJob."
    };
  }
  return {
      "CronJobCreated", ConditionStatus::kFalse, "CronJobCreationFailed",
      fmt::format("Failed to create backup triggering CronJob. Reason: {}", applied.error)
  };
}

void note_trigger(const Observation& seen, BackupConfiguration::Status& status) {
  const bool known = find_condition(status.conditions, "BackupTriggered") != nullptr;
  const auto slot = silent_slot(seen);
  if (is_overdue(seen)) {
    // The newest trigger may be too young to say anything; what an older one said, or the wait for a word, comes first.
    const bool said = has_condition(status.conditions, "BackupTriggered", ConditionStatus::kFalse);
    const bool patient = seen.now < *seen.silent_since + kTriggerGrace + kTriggerWord;
    if (seen.trigger_trouble.empty() && (said || patient)) return;
    const std::string why = seen.trigger_trouble.empty() ? "its trigger pod has not created one" : seen.trigger_trouble;
    note(
        seen, status.conditions,
        {"BackupTriggered", ConditionStatus::kFalse, "TriggerFailed",
         fmt::format("The slot of {} has brought no BackupSession: {}.", format_time(*slot), why)}
    );
  } else if (known && !slot) {
    note(
        seen, status.conditions,
        {"BackupTriggered", ConditionStatus::kTrue, "TriggerSucceeded", "The latest slot has brought a BackupSession."}
    );
  }
}

BackupConfiguration::Phase phase_of(const BackupConfiguration::Status& status) {
  using enum BackupConfiguration::Phase;
  if (has_condition(status.conditions, "ValidationPassed", ConditionStatus::kFalse)) return kInvalid;
  return has_condition(status.conditions, "CronJobCreated", ConditionStatus::kTrue) ? kReady : kNotReady;
}

}  // namespace

std::optional<WallTime> silent_slot(const Observation& seen) {
  if (!seen.last_slot || (seen.newest_session && *seen.newest_session >= *seen.last_slot)) return std::nullopt;
  return seen.last_slot;
}

bool is_overdue(const Observation& seen) {
  return silent_slot(seen) && seen.silent_since && seen.now >= *seen.silent_since + kTriggerGrace;
}

bool must_apply(const BackupConfiguration& configuration, const Observation& seen) {
  if (!seen.problems.empty()) return false;
  const bool any = std::ranges::any_of(seen.targets, &Observation::Target::found);
  if (!any && !seen.cron_job_exists) return false;
  const auto& record = configuration.status.snapstash;
  const bool shown = has_condition(configuration.status.conditions, "CronJobCreated", ConditionStatus::kTrue);
  return !shown || !record || record->applied != seen.fingerprints;
}

BackupConfiguration::Status status_of(
    const BackupConfiguration& configuration, const Observation& seen, const std::optional<Applied>& applied
) {
  BackupConfiguration::Status status = configuration.status;
  note(seen, status.conditions, validation(seen));
  if (seen.problems.empty() && !configuration.batch && !seen.targets.empty()) {
    note(seen, status.conditions, target(seen.targets.front()));
  }
  if (applied) {
    note(seen, status.conditions, creation(*applied));
    if (!status.snapstash) status.snapstash.emplace();
    status.snapstash->applied = applied->error.empty() ? seen.fingerprints : "";
  }
  if (seen.last_success) {
    if (!status.snapstash) status.snapstash.emplace();
    status.snapstash->last_success = std::max(status.snapstash->last_success, seen.last_success);
  }
  note_trigger(seen, status);
  status.observed_generation = configuration.metadata.generation + (is_mutant("observe-ahead") ? 1 : 0);
  status.phase = phase_of(status);
  return status;
}

std::vector<api::BackupBatch::MemberConditions> member_conditions(
    const api::BackupBatch& batch, const Observation& seen
) {
  std::vector<api::BackupBatch::MemberConditions> all;
  if (!seen.problems.empty()) return all;
  const auto& before = batch.status.member_conditions;
  for (std::size_t i = 0; i < seen.targets.size() && i < batch.spec.members.size(); ++i) {
    auto& made = all.emplace_back();
    made.target = batch.spec.members[i].target->ref;
    if (made.target.namespace_.empty()) made.target.namespace_ = batch.metadata.namespace_;
    if (i < before.size() && before[i].target == made.target) made.conditions = before[i].conditions;
    note(seen, made.conditions, target(seen.targets[i]));
  }
  return all;
}

std::optional<WallTime> next_look(const Observation& seen) {
  if (!silent_slot(seen) || !seen.silent_since) return std::nullopt;
  if (!is_overdue(seen)) return *seen.silent_since + kTriggerGrace;
  if (!seen.trigger_trouble.empty()) return std::nullopt;
  return seen.now + jobs::kSilentJobDelay;
}

std::string fingerprints(const std::vector<Manifest>& wanted, const std::vector<std::optional<std::uint64_t>>& live) {
  std::string all;
  for (std::size_t i = 0; i < wanted.size() && i < live.size(); ++i) {
    const std::string there = live[i] ? fmt::format("{:016x}", *live[i]) : std::string("none");
    all += naming::hash8(json::serialize(wanted[i].object) + there);
  }
  return all;
}

}  // namespace snapstash::schedule
