#include "features/backup/status.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/backup/retry.hpp"
#include "features/hooks/facts.hpp"
#include "features/jobs/refusal.hpp"
#include "features/retention/observe.hpp"

namespace snapstash::backup {
namespace {

using api::BackupSession;
using api::BackupTargetStatus;
using api::HostBackupStats;
using kube::Condition;
using kube::ConditionStatus;

struct Finding {
  std::string type;
  ConditionStatus status;
  std::string reason, message;
};

void set(std::vector<Condition>& conditions, WallTime now, const Finding& finding) {
  set_condition(
      conditions, {.type = finding.type,
                   .status = finding.status,
                   .reason = finding.reason,
                   .message = finding.message,
                   .last_transition_time = now,
                   .observed_generation = {},
                   .severity = ""}
  );
}

api::TargetRef target_ref(const Sight& sight) {
  api::TargetRef ref;
  if (sight.configuration && sight.configuration->spec.target) ref = sight.configuration->spec.target->ref;
  if (!sight.session->status.targets.empty()) ref = sight.session->status.targets[0].ref;
  if (ref.namespace_.empty()) ref.namespace_ = sight.session->metadata.namespace_;
  return ref;
}

HostBackupStats stats_of(
    const Sight& sight, const Volume& volume, const Outcome& outcome, const HostBackupStats* before
) {
  HostBackupStats stats;
  if (before != nullptr) stats = *before;
  stats.hostname = volume.pvc;
  if (volume.snapshot && stats.snapshots.empty()) stats.snapshots.push_back({.name = volume.snapshot->name});
  if (stats.phase) return stats;  // what has been said of a volume stays said
  const bool final = outcome.state == VolumeState::kSucceeded || outcome.state == VolumeState::kFailed;
  if (!final) return stats;
  stats.phase =
      outcome.state == VolumeState::kSucceeded ? HostBackupStats::Phase::kSucceeded : HostBackupStats::Phase::kFailed;
  stats.error = outcome.message;
  stats.duration = hooks::duration_since(sight.seen.created, sight.seen.now);
  return stats;
}

const HostBackupStats* find(const std::vector<HostBackupStats>& all, const std::string& pvc) {
  const auto found = std::ranges::find(all, pvc, &HostBackupStats::hostname);
  return found == all.end() ? nullptr : &*found;
}

/// While a session runs, success of single volumes is not written: their snapshots show it, and each write is a
/// request. Failures are, since what they were deduced from may be gone later.
std::vector<HostBackupStats> all_stats(const Sight& sight, const Decision& decision, const BackupTargetStatus& before) {
  std::vector<HostBackupStats> all;
  for (std::size_t i = 0; i < sight.seen.volumes.size() && i < decision.outcomes.size(); ++i) {
    const Volume& volume = sight.seen.volumes[i];
    const HostBackupStats* known = find(before.stats, volume.pvc);
    const bool write =
        decision.step != Step::kRun || decision.outcomes[i].state == VolumeState::kFailed || known == nullptr;
    if (!write) {
      all.push_back(*known);
    } else if (decision.step == Step::kRun && decision.outcomes[i].state != VolumeState::kFailed) {
      all.push_back({.hostname = volume.pvc});
    } else {
      all.push_back(stats_of(sight, volume, decision.outcomes[i], known));
    }
  }
  return all;
}

void set_hooks(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  if (!sight.seen.hooks) return;
  const hooks::Standing& standing = *sight.seen.hooks;
  if (!status.snapstash) status.snapstash.emplace();
  status.snapstash->hooks = {.pre_backup = standing.pre, .post_backup = standing.post, .held = standing.held};
  auto& conditions = status.targets.at(0).conditions;
  const auto write = [&](hooks::Kind kind, const std::optional<hooks::Outcome>& outcome) {
    if (outcome) hooks::set_outcome(conditions, kind, *outcome, sight.seen.now);
  };
  write(hooks::Kind::kPreBackup, standing.pre_outcome);
  write(hooks::Kind::kPostBackup, standing.post_outcome ? standing.post_outcome : decision.post_outcome);
}

BackupTargetStatus::Phase target_phase(const std::vector<HostBackupStats>& stats) {
  const bool failed = std::ranges::any_of(stats, [](const HostBackupStats& each) {
    return each.phase != HostBackupStats::Phase::kSucceeded;
  });
  return failed ? BackupTargetStatus::Phase::kFailed : BackupTargetStatus::Phase::kSucceeded;
}

/// Why no Job does the session's work; "" = one does, did, or there is nothing left for it.
std::string why_no_executor(const Sight& sight, const Decision& decision) {
  if (sight.seen.job) return "";
  if (decision.stall_reason == jobs::kRefused) return *decision.stalled;
  if (!sight.seen.refused.empty()) return sight.seen.refused;
  std::string obstacles;
  for (const Volume& volume : sight.seen.volumes) {
    if (volume.obstacle.empty()) return "";
    obstacles += fmt::format("{}{}: {}", obstacles.empty() ? "" : "; ", volume.pvc, volume.obstacle);
  }
  return obstacles;
}

void set_executor(const Sight& sight, const Decision& decision, BackupTargetStatus& target) {
  std::string why = why_no_executor(sight, decision);
  const bool ensured = why.empty();
  set(target.conditions, sight.seen.now,
      {"BackupExecutorEnsured", ensured ? ConditionStatus::kTrue : ConditionStatus::kFalse,
       ensured ? "SuccessfullyEnsuredBackupExecutor" : "FailedToEnsureBackupExecutor",
       ensured ? "Successfully ensured backup executor." : std::move(why)});
}

void set_target(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  if (status.targets.empty()) status.targets.emplace_back();
  BackupTargetStatus& target = status.targets[0];
  target.ref = target_ref(sight);
  if (decision.outcomes.empty()) return;
  target.stats = all_stats(sight, decision, target);
  target.total_hosts = static_cast<std::int32_t>(sight.seen.volumes.size());
  target.phase = decision.step == Step::kRun ? BackupTargetStatus::Phase::kRunning : target_phase(target.stats);
  if (decision.step != Step::kRun && !explain_failed_hooks(sight.seen, decision).empty()) {
    target.phase = BackupTargetStatus::Phase::kFailed;
  }
  set_executor(sight, decision, target);
  set_hooks(sight, decision, status);
}

void refuse(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  set_target(sight, decision, status);
  status.targets[0].phase = BackupTargetStatus::Phase::kFailed;
  set(status.targets[0].conditions, sight.seen.now,
      {"BackupExecutorEnsured", ConditionStatus::kFalse, "FailedToEnsureBackupExecutor", decision.message});
}

void set_progress(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  if (decision.outcomes.empty()) return;
  if (!status.snapstash) status.snapstash.emplace();
  api::SessionRecord& progress = *status.snapstash;
  progress.total_snapshots = static_cast<std::int32_t>(decision.outcomes.size());
  progress.attempts = sight.seen.attempts;
  for (const Effect& effect : decision.effects) {
    if (const auto* create = std::get_if<CreateJob>(&effect)) progress.attempts = create->attempt;
  }
  if (decision.step != Step::kRun) {
    progress.ready_snapshots =
        static_cast<std::int32_t>(std::ranges::count(decision.outcomes, VolumeState::kSucceeded, &Outcome::state));
    std::optional<WallTime> cut;
    const bool all = std::ranges::all_of(sight.seen.volumes, [&](const Volume& volume) {
      if (volume.snapshot && volume.snapshot->cut_at)
        cut = std::max(cut.value_or(WallTime{}), *volume.snapshot->cut_at);
      return volume.snapshot && volume.snapshot->cut_at;
    });
    if (all) progress.all_cut_at = cut;
  }
  progress.ready = fmt::format("{}/{}", progress.ready_snapshots, progress.total_snapshots);
}

void set_stalled(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  const bool was = find_condition(status.conditions, "Stalled") != nullptr;
  if (decision.stalled) {
    set(status.conditions, sight.seen.now,
        {"Stalled", ConditionStatus::kTrue, decision.stall_reason, *decision.stalled});
  } else if (was) {
    set(status.conditions, sight.seen.now, {"Stalled", ConditionStatus::kFalse, "Progressing", ""});
  }
}

void set_deadline(const Sight& sight, const Decision& decision, BackupSession::Status& status) {
  const Text time_out = sight.configuration ? sight.configuration->spec.time_out : Text();
  if (time_out.empty()) return;
  if (!status.session_deadline) status.session_deadline = sight.seen.clocks.ready;
  const bool failed = std::ranges::any_of(decision.outcomes, [](const Outcome& outcome) {
    return outcome.state == VolumeState::kFailed;
  });
  if (failed && sight.seen.now >= sight.seen.clocks.ready) {
    const auto parsed = parse_duration(time_out);
    set(status.conditions, sight.seen.now,
        {"DeadlineExceeded", ConditionStatus::kTrue, "FailedToCompleteWithinDeadline",
         fmt::format("Failed to complete backup within {}.", parsed ? format_duration(*parsed) : time_out.str())});
  }
}

/// What retention is about to do, written before it does it. Its time says since when.
void announce_retention(const Sight& sight, BackupSession::Status& status) {
  set(status.conditions, sight.seen.now,
      {std::string(retention::kCondition), ConditionStatus::kUnknown, std::string(retention::kApplying),
       retention::summary(sight.retention, false)});
}

Finding retention_finding(const Sight& sight, const Decision& decision, const BackupSession::Status& status) {
  const std::string type(retention::kCondition);
  const auto& configuration = *sight.configuration;
  const auto& policy = configuration.spec.retention_policy;
  if (!decision.retention_error.empty()) {
    return {type, ConditionStatus::kFalse, "FailedToApplyRetentionPolicy", decision.retention_error};
  }
  if (policy.dry_run) return {type, ConditionStatus::kTrue, "DryRun", retention::summary(sight.retention, true)};
  if (std::ranges::any_of(sight.retention, &retention::Plan::blocked)) {
    return {
        type, ConditionStatus::kFalse, std::string(retention::kBlocked),
        retention::explain_blocked(
            sight.retention, retention::policy_of(policy), cluster::singular_of(configuration),
            configuration.metadata.namespace_, configuration.metadata.name
        )
    };
  }
  // What was announced has been done by now, by whichever pass.
  const auto* before = find_condition(status.conditions, retention::kCondition);
  const bool announced = before != nullptr && before->reason == retention::kApplying;
  return {
      type, ConditionStatus::kTrue, std::string(retention::kApplied),
      announced ? before->message.str() : retention::summary(sight.retention, false)
  };
}

}  // namespace

void finish(const Sight& sight, const Decision& decision, BackupSession::Phase phase, BackupSession::Status& status) {
  status.phase = phase;
  status.session_duration = hooks::duration_since(sight.seen.created, sight.seen.now);
  const bool part = sight.session->part.has_value();
  if (phase == BackupSession::Phase::kFailed && !status.next_retry && !part) {
    status.next_retry = retry_time(*sight.session, sight.configuration.get(), sight.seen.now);
  }
  // A session that has backed up nothing deletes nothing, and has nothing to say about it.
  if (sight.configuration && !sight.retention.empty()) {
    const Finding finding = retention_finding(sight, decision, status);
    set(status.conditions, sight.seen.now, finding);
    if (finding.reason == retention::kApplied && status.snapstash) {
      status.snapstash->retention_policy =
          retention::describe(retention::policy_of(sight.configuration->spec.retention_policy));
    }
  }
  if (part) return;  // what follows is said of the session as a whole
  const bool cleaned = decision.history_error.empty();
  set(status.conditions, sight.seen.now,
      {"BackupHistoryCleaned", cleaned ? ConditionStatus::kTrue : ConditionStatus::kFalse,
       cleaned ? "SuccessfullyCleanedBackupHistory" : "FailedToCleanBackupHistory",
       cleaned ? "Successfully cleaned up backup history according to backupHistoryLimit." : decision.history_error});
  set(status.conditions, sight.seen.now,
      {"MetricsPushed", ConditionStatus::kTrue, "SuccessfullyPushedMetrics", "Metrics are served by the operator."});
}

BackupSession::Status status_of(const Sight& sight, const Decision& decision) {
  BackupSession::Status status = sight.session->status;
  switch (decision.step) {
    case Step::kNothing: break;
    case Step::kRetry: status.retried = true; break;
    case Step::kWait: status.phase = BackupSession::Phase::kPending; break;
    case Step::kSkip:
      set(status.conditions, sight.seen.now,
          {"BackupSkipped", ConditionStatus::kTrue, "SkippedTakingNewBackup", decision.message});
      finish(sight, decision, BackupSession::Phase::kSkipped, status);
      break;
    case Step::kRefuse:
      refuse(sight, decision, status);
      finish(sight, decision, BackupSession::Phase::kFailed, status);
      break;
    case Step::kRun:
    case Step::kRecord:
      set_target(sight, decision, status);
      set_progress(sight, decision, status);
      set_stalled(sight, decision, status);
      set_deadline(sight, decision, status);
      if (decision.step == Step::kRecord) announce_retention(sight, status);
      status.phase = BackupSession::Phase::kRunning;
      break;
    case Step::kFinish:
      // With the results recorded before, there is nothing to add to them.
      if (!decision.outcomes.empty()) {
        set_target(sight, decision, status);
        set_progress(sight, decision, status);
        set_stalled(sight, decision, status);
        set_deadline(sight, decision, status);
      }
      finish(
          sight, decision,
          !status.targets.empty() && status.targets[0].phase == BackupTargetStatus::Phase::kSucceeded
              ? BackupSession::Phase::kSucceeded
              : BackupSession::Phase::kFailed,
          status
      );
      break;
  }
  return status;
}

}  // namespace snapstash::backup
