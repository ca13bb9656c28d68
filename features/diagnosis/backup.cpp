#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/cluster/batch.hpp"
#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/remedy.hpp"
#include "features/retention/observe.hpp"

namespace snapstash::diagnosis {
namespace {

using api::BackupConfiguration;
using api::BackupSession;
using kube::ConditionStatus;
using Findings = std::vector<Finding>;

std::string name_of(const BackupSession& session) {
  return fmt::format("BackupSession {}/{}", session.metadata.namespace_, session.metadata.name);
}

bool is_batch(const BackupFacts& seen) {
  return seen.configuration ? seen.configuration->batch.has_value() : seen.session && cluster::is_batch(*seen.session);
}

std::string name_of(const BackupFacts& seen) {
  return fmt::format("{} {}/{}", is_batch(seen) ? "BackupBatch" : "BackupConfiguration", seen.namespace_, seen.name);
}

/// What the verbs of kubectl stash are told: "web", or "--backupbatch=all".
std::string argument_of(const BackupFacts& seen) { return (is_batch(seen) ? "--backupbatch=" : "") + seen.name; }

std::string again(const BackupFacts& seen) {
  return fmt::format("kubectl stash trigger {} -n {} --wait", argument_of(seen), seen.namespace_);
}

/// What is known today about the volume that failed then.
std::string remedy_for(const BackupFacts& seen, const std::string& pvc, const std::string& error) {
  std::string remedy = remedy_of(error);
  if (!remedy.empty()) return fmt::format("{} Then: {}", remedy, again(seen));
  const auto now = std::ranges::find(seen.volumes, pvc, &backup::Volume::pvc);
  if (now == seen.volumes.end()) return fmt::format("When that is mended: {}", again(seen));
  if (!now->obstacle.empty()) return fmt::format("It is still so. When it is mended: {}", again(seen));
  return fmt::format("As far as can be seen, a backup could be taken now: {}", again(seen));
}

struct Failure {
  std::string pvc, error;
};

std::vector<Failure> failures_of(const BackupSession& session) {
  std::vector<Failure> all;
  for (const api::BackupTargetStatus& target : session.status.targets) {
    if (std::string why = message_of(target.conditions, "BackupExecutorEnsured", ConditionStatus::kFalse);
        !why.empty()) {
      all.push_back({"", std::move(why)});
    }
    for (const api::HostBackupStats& stats : target.stats) {
      if (!stats.error.empty()) all.push_back({stats.hostname, stats.error});
    }
    for (const std::string_view hook : {"PreBackupHookExecutionSucceeded", "PostBackupHookExecutionSucceeded"}) {
      if (std::string why = message_of(target.conditions, hook, ConditionStatus::kFalse); !why.empty()) {
        all.push_back({"", std::move(why)});
      }
    }
  }
  return all;
}

void judge_failed(const BackupFacts& seen, Findings& findings) {
  const BackupSession& session = *seen.session;
  const std::vector<Failure> failures = failures_of(session);
  if (failures.empty()) {
    const std::string late = message_of(session.status.conditions, "DeadlineExceeded", ConditionStatus::kTrue);
    findings.push_back(
        {fmt::format("{} failed{}", name_of(session), late.empty() ? " and does not say why." : ": " + late),
         again(seen)}
    );
    return;
  }
  const Failure& first = failures.front();
  const std::string others = failures.size() == 1 ? "" : fmt::format(" ({} more below)", failures.size() - 1);
  const std::string where = first.pvc.empty() ? "" : fmt::format("PVC {}: ", first.pvc);
  findings.push_back(
      {fmt::format("{} failed{}: {}{}", name_of(session), others, where, first.error),
       remedy_for(seen, first.pvc, first.error)}
  );
}

void judge_skipped(const BackupFacts& seen, Findings& findings) {
  const std::string why = message_of(seen.session->status.conditions, "BackupSkipped", ConditionStatus::kTrue);
  const bool earlier = why.contains("Previous BackupSession");
  findings.push_back(
      {fmt::format("{} was skipped: {}", name_of(*seen.session), why.empty() ? "it does not say why." : why),
       earlier
           ? fmt::format(
                 "A session is skipped while the snapshots of an earlier one are not cut. If that is stuck: kubectl "
                 "stash debug backup --{}={} -n {}",
                 is_batch(seen) ? "backupbatch" : "backupconfig", seen.name, seen.namespace_
             )
           : fmt::format("When that is mended: {}", again(seen))}
  );
}

void judge_jobs(const std::vector<jobs::JobView>& jobs, Findings& findings) {
  for (const jobs::JobView& job : jobs) {
    if (job.trouble.empty()) continue;
    findings.push_back({fmt::format("Job {} cannot do its work: {}", job.name, job.trouble), remedy_of(job.trouble)});
  }
}

void judge_snapshots(const BackupFacts& seen, bool quiet, Findings& findings) {
  for (const SnapshotFacts& snapshot : seen.snapshots) {
    if (snapshot.ready) continue;
    const std::string& error = snapshot.error.empty() ? snapshot.content_error : snapshot.error;
    const std::string who = fmt::format("VolumeSnapshot {} of PVC {}", snapshot.name, snapshot.pvc);
    if (!error.empty()) {
      const std::string remedy = remedy_of(error);
      findings.push_back(
          {fmt::format("{} is not {}: {}", who, snapshot.cut ? "ready" : "cut", error),
           remedy.empty() ? std::string(kLookAtTheDriver) : remedy}
      );
    } else if (quiet && !snapshot.cut) {
      findings.push_back(
          {fmt::format("Nobody has said anything about {}, which is not cut.", who), std::string(kLookAtTheDriver)}
      );
    }
  }
}

void judge_unfinished(const BackupFacts& seen, Findings& findings) {
  const BackupSession& session = *seen.session;
  const WallTime since = session.metadata.creation_timestamp.value_or(seen.now);
  const bool quiet = seen.now > since + kQuiet;
  const std::size_t before = findings.size();
  judge_jobs(seen.jobs, findings);
  const std::string stalled = message_of(session.status.conditions, "Stalled", ConditionStatus::kTrue);
  const bool said = findings.size() > before;  // what is seen now says more than what was written down
  if (!stalled.empty() && !said) {
    findings.push_back({fmt::format("{} is stuck: {}", name_of(session), stalled), remedy_of(stalled)});
  }
  judge_snapshots(seen, quiet, findings);
  if (findings.size() == before && before == 0 && !session.status.phase && quiet) {
    findings.push_back(
        {fmt::format("{} has not been looked at by the operator.", name_of(session)), "kubectl stash debug operator"}
    );
  }
}

void judge_session(const BackupFacts& seen, Findings& findings) {
  using enum BackupSession::Phase;
  const auto phase = seen.session->status.phase;
  if (phase == kFailed || phase == kUnknown) return judge_failed(seen, findings);
  if (phase == kSkipped) return judge_skipped(seen, findings);
  if (phase != kSucceeded) return judge_unfinished(seen, findings);
  const std::string blocked =
      message_of(seen.session->status.conditions, retention::kCondition, ConditionStatus::kFalse);
  if (!blocked.empty()) {
    findings.push_back(
        {fmt::format("{} succeeded, and old snapshots were not deleted: {}", name_of(*seen.session), blocked),
         is_batch(seen) ? fmt::format("kubectl describe backupbatch -n {} {}", seen.namespace_, seen.name)
                        : fmt::format("kubectl stash plan {} -n {}", seen.name, seen.namespace_)}
    );
  }
}

void judge_target(const BackupFacts& seen, const BackupConfiguration& configuration, Findings& findings) {
  const auto& conditions = configuration.status.conditions;
  const std::string missing = message_of(conditions, "BackupTargetFound", ConditionStatus::kFalse);
  if (!missing.empty()) {
    findings.push_back(
        {missing, fmt::format(
                      "Create it, or mend its spec: kubectl edit {} -n {} {}", cluster::singular_of(configuration),
                      seen.namespace_, seen.name
                  )}
    );
  }
  for (const std::string_view type : {"CronJobCreated", "BackupTriggered"}) {
    const std::string why = message_of(conditions, type, ConditionStatus::kFalse);
    if (!why.empty()) findings.push_back({why, remedy_of(why)});
  }
}

void judge_configuration(const BackupFacts& seen, Findings& findings) {
  using Phase = BackupConfiguration::Phase;
  if (!seen.configuration) {
    findings.push_back({name_of(seen) + " does not exist.", "Sessions of a configuration that is gone come to nothing."}
    );
    return;
  }
  const BackupConfiguration& configuration = *seen.configuration;
  const std::string edit =
      fmt::format("kubectl edit {} -n {} {}", cluster::singular_of(configuration), seen.namespace_, seen.name);
  if (!api::is_ours(configuration)) {
    findings.push_back({fmt::format("{}: {}.", name_of(seen), api::kResticSentence), edit});
    return;
  }
  if (configuration.status.phase == Phase::kInvalid) {
    const std::string why = message_of(configuration.status.conditions, "ValidationPassed", ConditionStatus::kFalse);
    findings.push_back({fmt::format("{} is Invalid: {}", name_of(seen), why), edit});
    return;
  }
  const bool unseen =
      !configuration.status.phase || configuration.status.observed_generation < configuration.metadata.generation;
  if (unseen && findings.empty()) {
    findings.push_back(
        {name_of(seen) + " has not been looked at by the operator since it was changed.", "kubectl stash debug operator"
        }
    );
  }
  judge_target(seen, configuration, findings);
  if (seen.schedule.exists && seen.schedule.suspended && !configuration.spec.paused) {
    findings.push_back(
        {"Its CronJob is suspended although spec.paused is not set: somebody else has done that.",
         "kubectl stash debug operator, and see who writes the CronJob: kubectl get cronjob -o yaml "
         "--show-managed-fields"}
    );
  }
}

/// What a session would meet now, if the last one has not said so already.
void judge_next(const BackupFacts& seen, Findings& findings) {
  const auto said = [&](const std::string& sentence) {
    return std::ranges::any_of(findings, [&](const Finding& each) { return each.cause.contains(sentence); });
  };
  if (!seen.no_target.empty() && !said(seen.no_target)) findings.push_back({seen.no_target, ""});
  for (const backup::Volume& volume : seen.volumes) {
    if (volume.obstacle.empty() || said(volume.obstacle)) continue;
    findings.push_back({fmt::format("A backup taken now would fail: {}", volume.obstacle), remedy_of(volume.obstacle)});
  }
}

std::string how_it_stands(const BackupFacts& seen) {
  if (!seen.session) {
    const bool paused = seen.configuration && seen.configuration->spec.paused;
    return fmt::format("{} is {} and has no sessions.", name_of(seen), paused ? "paused" : "well");
  }
  const auto phase = seen.session->status.phase;
  const std::string_view word = phase ? json::name_of(*phase) : "new";
  if (api::is_finished(phase)) return fmt::format("{} is {}.", name_of(*seen.session), word);
  const auto age = seen.now - seen.session->metadata.creation_timestamp.value_or(seen.now);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age);
  const auto ready = std::ranges::count(seen.snapshots, true, &SnapshotFacts::ready);
  return fmt::format(
      "{} is {} for {}; {} of {} snapshots are ready.", name_of(*seen.session), word, format_duration(seconds), ready,
      std::max(seen.volumes.size(), seen.snapshots.size())
  );
}

}  // namespace

const BackupSession* most_telling(const std::vector<BackupSession>& sessions) {
  const BackupSession* found = nullptr;
  for (const BackupSession& each : sessions) {
    if (found == nullptr) {
      found = &each;
      continue;
    }
    const bool ended = api::is_finished(each.status.phase);
    const bool found_ended = api::is_finished(found->status.phase);
    const bool newer = each.metadata.creation_timestamp > found->metadata.creation_timestamp;
    if (ended != found_ended ? found_ended : newer == ended) found = &each;
  }
  return found;
}

Diagnosis diagnose(const BackupFacts& seen) {
  Diagnosis made;
  const Findings operators = diagnose(seen.operator_, seen.now).findings;
  const bool ended = seen.session && api::is_finished(seen.session->status.phase);
  if (!ended) made.findings = operators;
  if (seen.session) judge_session(seen, made.findings);
  judge_configuration(seen, made.findings);
  judge_next(seen, made.findings);
  if (ended) made.findings.insert(made.findings.end(), operators.begin(), operators.end());
  const bool paused = seen.configuration && seen.configuration->spec.paused;
  if (paused && (ended || !seen.session)) {
    made.findings.push_back(
        {fmt::format("{} is paused: its schedule takes no backups.", name_of(seen)),
         fmt::format("kubectl stash resume {} -n {}", argument_of(seen), seen.namespace_)}
    );
  }
  made.well = "Nothing is known to be wrong. " + how_it_stands(seen);
  return made;
}

}  // namespace snapstash::diagnosis
