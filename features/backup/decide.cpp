#include "features/backup/decide.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/base/mutant.hpp"

namespace snapstash::backup {
namespace {

Decision stop(Step step, std::string reason, std::string message) {
  return {.step = step, .reason = std::move(reason), .message = std::move(message)};
}

Decision wait(std::string reason, std::string message, WallTime look_again) {
  Decision decision = stop(Step::kWait, std::move(reason), std::move(message));
  decision.look_again = look_again;
  return decision;
}

bool is_held(const Observation& seen) { return seen.hooks && seen.hooks->held; }

/// A Job with a preBackup hook is not made again.
bool runs_once(const Observation& seen) { return seen.hooks && seen.hooks->pre; }

/// Whether the session has had its one Job, and it is gone.
bool has_lost_job(const Observation& seen) { return runs_once(seen) && !seen.job && seen.attempts > 0; }

bool job_is_over(const Observation& seen) {
  return (seen.job && seen.job->state != JobView::State::kActive) || has_lost_job(seen);
}

bool is_final(const Outcome& outcome) {
  return outcome.state == VolumeState::kSucceeded || outcome.state == VolumeState::kFailed;
}

std::vector<Outcome> judge_all(const Observation& seen) {
  Circumstances circumstances{.clocks = seen.clocks, .now = seen.now, .job_is_over = job_is_over(seen)};
  circumstances.job_error = seen.job ? seen.job->trouble : seen.refused;
  circumstances.held = is_held(seen);
  if (has_lost_job(seen)) {
    circumstances.job_error = "its Job was deleted";
    circumstances.lost_track = !seen.hooks->post_outcome;
  }
  std::vector<Outcome> outcomes;
  outcomes.reserve(seen.volumes.size());
  for (const Volume& volume : seen.volumes) outcomes.push_back(judge(volume, circumstances));
  return outcomes;
}

bool needs_pod(const std::vector<Outcome>& outcomes) {
  return std::ranges::any_of(outcomes, [](const Outcome& o) { return o.state == VolumeState::kUncreated; });
}

/// What the Job needs so that its work gets done.
void drive_job(const Observation& seen, Decision& decision) {
  if (!needs_pod(decision.outcomes)) return;
  // Which hooks there are is written down before the first of them can run.
  if (seen.hooks && !seen.hooks->recorded) return;
  if (!seen.job) {
    decision.effects.emplace_back(CreateJob{std::max(seen.attempts, 1)});
    return;
  }
  const bool again = !runs_once(seen);
  if (!seen.job->node_lost || is_held(seen) || (again && seen.attempts >= kMaxAttempts)) return;
  decision.effects.emplace_back(DeleteJob{seen.job->name, seen.job->uid});
  if (again) decision.effects.emplace_back(CreateJob{std::max(seen.attempts, 1) + 1});
}

/// When the Job's own pod must have run the post hook at the latest; then it is helped.
WallTime end_of_hold(const Observation& seen) {
  return seen.clocks.cut + std::chrono::duration_cast<WallTime::duration>(hooks::patience(*seen.hooks));
}

/// When the session ends without its post hook.
WallTime end_of_patience(const Observation& seen) {
  return seen.clocks.ready + std::chrono::duration_cast<WallTime::duration>(hooks::patience(*seen.hooks));
}

/// Deletes what must not stay: snapshots that never were cut, and the Job that would go on making some.
void stop_what_failed(const Observation& seen, Decision& decision) {
  bool gave_up = false;
  for (std::size_t i = 0; i < seen.volumes.size(); ++i) {
    const Volume& volume = seen.volumes[i];
    const Outcome& outcome = decision.outcomes[i];
    if (outcome.delete_snapshot && !is_mutant("keep-the-uncut"))
      decision.effects.emplace_back(
          DeleteSnapshot{volume.snapshot->name, volume.snapshot->uid, volume.snapshot->version}
      );
    gave_up = gave_up || (outcome.state == VolumeState::kFailed && volume.obstacle.empty());
  }
  const bool all_final = std::ranges::all_of(decision.outcomes, is_final);
  const bool running = seen.job && seen.job->state == JobView::State::kActive;
  // Whoever is left would recreate what was just deleted; a pod that cannot start and that nobody needs goes too. One
  // that did its work ends by itself a moment later, and keeps its logs.
  const bool idle = all_final || !needs_pod(decision.outcomes);
  const bool owes_a_thaw = is_held(seen) && !seen.hooks->never && seen.now < end_of_hold(seen);
  if (running && idle && !owes_a_thaw && (gave_up || (all_final && !seen.job->trouble.empty()))) {
    decision.effects.insert(decision.effects.begin(), DeleteJob{seen.job->name, seen.job->uid});
  }
}

WallTime last_sign_of_life(const Observation& seen) {
  WallTime last = seen.created;
  for (const Volume& volume : seen.volumes) {
    if (!volume.snapshot) continue;
    last = std::max(last, volume.snapshot->created);
    if (volume.snapshot->error_at) last = std::max(last, *volume.snapshot->error_at);
    // A driver that reports no time, or nonsense (1970), must not make the session look dead: max() takes care.
    if (volume.snapshot->cut_at) last = std::max(last, std::min(*volume.snapshot->cut_at, seen.now));
  }
  return last;
}

void note_stall(const Observation& seen, Decision& decision) {
  if (seen.job && !seen.job->trouble.empty() && needs_pod(decision.outcomes)) {
    decision.stalled = fmt::format("Job {} cannot do its work: {}", seen.job->name, seen.job->trouble);
    return;
  }
  const WallTime quiet_since = last_sign_of_life(seen);
  if (seen.now < quiet_since + kStalledAfter) return;
  std::string waiting;
  for (std::size_t i = 0; i < seen.volumes.size(); ++i) {
    if (is_final(decision.outcomes[i])) continue;
    if (!waiting.empty()) waiting += ", ";
    waiting += seen.volumes[i].pvc;
    if (!decision.outcomes[i].message.empty()) waiting += fmt::format(" ({})", decision.outcomes[i].message);
  }
  decision.stalled = fmt::format("No sign of life from the CSI driver for ten minutes; waiting for: {}.", waiting);
}

/// The next moment at which time alone changes the decision.
std::optional<WallTime> next_look(const Observation& seen, const Decision& decision) {
  std::optional<WallTime> next;
  const auto consider = [&](WallTime when) {
    if (when > seen.now && (!next || when < *next)) next = when;
  };
  if (seen.job && seen.job->silent && needs_pod(decision.outcomes)) consider(seen.now + kSilentJobDelay);
  consider(seen.clocks.cut);
  consider(seen.clocks.ready);
  if (!decision.stalled) consider(last_sign_of_life(seen) + kStalledAfter);
  if (seen.hooks) {
    consider(seen.clocks.cut + kNeverBegun);
    consider(end_of_hold(seen));
    consider(end_of_patience(seen));
  }
  return next;
}

std::string summary(const Observation& seen, const std::vector<Outcome>& outcomes) {
  const auto failed = std::ranges::count(outcomes, VolumeState::kFailed, &Outcome::state);
  if (failed == 0) return fmt::format("{} of {} volumes are backed up.", outcomes.size(), outcomes.size());
  std::string text = fmt::format("{} of {} volumes failed:", failed, outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].state == VolumeState::kFailed)
      text += fmt::format(" {}: {}", seen.volumes[i].pvc, outcomes[i].message);
  }
  return text;
}

bool any_failed(const std::vector<Outcome>& outcomes) {
  return std::ranges::any_of(outcomes, [](const Outcome& o) { return o.state == VolumeState::kFailed; });
}

/// Whether the time of the post hook has come, as far as the session's Job has not run it.
bool is_post_due(const Observation& seen, const std::vector<Outcome>& outcomes) {
  const hooks::Standing& hooks = *seen.hooks;
  if (!hooks.post || hooks.never || is_mutant("forget-to-thaw")) return false;
  if (hooks.held) {
    // Without a Job that was refused, and with none to be seen, there may have been one.
    const bool perhaps = !seen.job && seen.refused.empty() && hooks.recorded && seen.now >= seen.clocks.cut;
    return job_is_over(seen) || perhaps;
  }
  if (!std::ranges::all_of(outcomes, is_final)) return false;
  const bool failed = any_failed(outcomes) || !hooks.pre_outcome.value_or("").empty();
  return failed ? hooks.after_failure : hooks.after_success;
}

/// What is done about the post hook. Returns whether the session may end, as far as hooks go.
bool drive_hooks(const Observation& seen, Decision& decision) {
  if (!seen.hooks) return true;
  const bool job_owes_it =
      is_held(seen) && !seen.hooks->never && seen.job && !job_is_over(seen) && !seen.hooks->post_outcome.has_value();
  if (job_owes_it) {
    const bool hopeless = seen.job->node_lost || seen.now >= end_of_hold(seen);
    const Effect away = DeleteJob{seen.job->name, seen.job->uid};
    if (hopeless && std::ranges::find(decision.effects, away) == decision.effects.end()) {
      decision.effects.push_back(away);
    }
    return false;
  }
  if (!is_post_due(seen, decision.outcomes)) return true;
  const hooks::PostMove move = hooks::move_post(*seen.hooks, seen.now, end_of_patience(seen));
  if (move.create) {
    const bool failed = any_failed(decision.outcomes) || !seen.hooks->pre_outcome.value_or("").empty();
    const bool final = std::ranges::all_of(decision.outcomes, is_final);
    decision.effects.emplace_back(CreateHookJob{
        failed  ? "Failed"
        : final ? "Succeeded"
                : "Running",
        failed ? summary(seen, decision.outcomes) : ""
    });
  }
  if (move.remove) decision.effects.emplace_back(DeleteJob{seen.hooks->post_job->name, seen.hooks->post_job->uid});
  if (move.stalled) decision.stalled = move.stalled;
  decision.post_outcome = move.outcome;
  return move.settled;
}

Decision progress(const Observation& seen, std::vector<Outcome> outcomes) {
  Decision decision{.step = Step::kRun, .reason = "Running", .message = "", .outcomes = std::move(outcomes)};
  drive_job(seen, decision);
  stop_what_failed(seen, decision);
  note_stall(seen, decision);
  drive_hooks(seen, decision);
  decision.look_again = next_look(seen, decision);
  return decision;
}

Decision conclude(const Observation& seen, std::vector<Outcome> outcomes) {
  Decision decision{.step = Step::kFinish, .reason = "", .message = "", .outcomes = std::move(outcomes)};
  stop_what_failed(seen, decision);
  if (!drive_hooks(seen, decision)) {
    decision.step = Step::kRun;
    decision.reason = "Running";
    decision.look_again = next_look(seen, decision);
    return decision;
  }
  const std::string hooks = explain_failed_hooks(seen, decision);
  const bool well = !any_failed(decision.outcomes) && hooks.empty();
  decision.reason = well ? "BackupSucceeded" : "BackupFailed";
  decision.message = summary(seen, decision.outcomes) + hooks;
  // Results are recorded before anything is deleted on their strength.
  if ((seen.to_retain || seen.to_forget) && !is_mutant("clean-up-later")) decision.step = Step::kRecord;
  return decision;
}

void clean_up(const Observation& seen, Decision& decision) {
  if (seen.to_retain) decision.effects.emplace_back(ApplyRetention{});
  if (seen.to_forget) decision.effects.emplace_back(CleanHistory{});
}

}  // namespace

std::optional<Decision> hindrance(const Observation& seen) {
  const WallTime grace_end = seen.created + kInvokerGrace;
  switch (seen.invoker) {
    case Invoker::kMissing:
      if (seen.now < grace_end) return wait("InvokerUnseen", seen.invoker_name + " has not been seen yet.", grace_end);
      return stop(Step::kRefuse, "InvokerMissing", fmt::format("{} does not exist.", seen.invoker_name));
    case Invoker::kUnseen:
      return wait("InvokerUnseen", seen.invoker_name + " has not been looked at yet.", seen.now + kInvokerGrace);
    case Invoker::kNotReady:
      return stop(
          Step::kSkip, "InvokerNotReady",
          fmt::format("Skipped taking backup. Reason: {} is not ready.", seen.invoker_name)
      );
    case Invoker::kReady: break;
  }
  if (seen.rival && !is_mutant("ignore-overlap")) {
    return stop(
        Step::kSkip, "PreviousSessionRunning",
        fmt::format(
            R"(Skipped taking new backup. Reason: Previous BackupSession: {} is "{}".)", seen.rival->name,
            seen.rival->phase
        )
    );
  }
  if (seen.no_target) return stop(Step::kRefuse, "NothingToBackUp", *seen.no_target);
  const WallTime turn_end = std::min(seen.created + kTurnPatience, seen.created + (seen.clocks.cut - seen.created) / 2);
  if (seen.neighbour && seen.now < turn_end) {
    return wait(
        "WaitingForTurn",
        fmt::format(
            "BackupSession {} of the same target goes first: it is {}.", seen.neighbour->name, seen.neighbour->phase
        ),
        turn_end
    );
  }
  const WallTime unbound_end = seen.created + kUnboundGrace;
  if (seen.unbound_pvc && seen.now < unbound_end) {
    return wait("WaitingForVolumes", "Waiting for PVCs that are not bound to a volume yet.", unbound_end);
  }
  return std::nullopt;
}

Decision after_the_end(const Observation& seen) {
  if (!seen.retry) return {};
  const RetryView& retry = *seen.retry;
  if (!retry.made && seen.now < retry.due) {
    Decision later;
    later.look_again = retry.due;
    return later;
  }
  Decision decision = stop(
      Step::kRetry, "BackupRetried",
      fmt::format(
          "BackupSession {} tries again; {} more {} allowed.", retry.session, retry.left,
          retry.left == 1 ? "try is" : "tries are"
      )
  );
  if (!retry.made) decision.effects.emplace_back(CreateRetry{});
  return decision;
}

std::string explain_failed_hooks(const Observation& seen, const Decision& decision) {
  if (!seen.hooks) return "";
  return hooks::explain_failures(*seen.hooks, decision.post_outcome, hooks::Kind::kPreBackup, hooks::Kind::kPostBackup);
}

Decision decide(const Observation& seen) {
  if (seen.finished && !is_mutant("forget-the-end")) return after_the_end(seen);
  if (seen.recorded) {
    Decision decision = stop(Step::kFinish, "", "");
    clean_up(seen, decision);
    return decision;
  }
  if (!seen.started) {
    if (auto hindered = hindrance(seen)) {
      // A session that comes to nothing is one more of them all the same (Stash cleans up here, too).
      if (hindered->step != Step::kWait) clean_up(seen, *hindered);
      return *std::move(hindered);
    }
  }
  std::vector<Outcome> outcomes = judge_all(seen);
  if (std::ranges::all_of(outcomes, is_final)) return conclude(seen, std::move(outcomes));
  return progress(seen, std::move(outcomes));
}

}  // namespace snapstash::backup
