#include "features/diagnosis/evidence.hpp"

#include <fmt/format.h>

#include "features/cluster/batch.hpp"
#include "features/diagnosis/finding.hpp"

namespace snapstash::diagnosis {
namespace {

/// "3m20s ago"; times of another clock may lie ahead.
std::string ago(WallTime now, std::optional<WallTime> then) {
  if (!then) return "at no known time";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *then);
  return seconds.count() < 0 ? "just now" : format_duration(seconds) + " ago";
}

std::string in_parentheses(const std::string& words) { return words.empty() ? "" : fmt::format(" ({})", words); }

std::string behind_colon(const std::string& words) { return words.empty() ? "" : ": " + words; }

template <class Phase>
std::string word_of(const std::optional<Phase>& phase) {
  return phase ? std::string(json::name_of(*phase)) : "no phase yet";
}

std::string conditions(const std::vector<kube::Condition>& all, WallTime now) {
  std::string text;
  for (const kube::Condition& each : all) {
    text += fmt::format(
        "  {}={}, {}, {}{}\n", each.type.view(), json::name_of(each.status), each.reason.view(),
        ago(now, each.last_transition_time), behind_colon(each.message.str())
    );
  }
  return text;
}

std::string describe(const std::vector<jobs::JobView>& jobs) {
  std::string text;
  for (const jobs::JobView& job : jobs) {
    const std::string_view state = job.state == jobs::JobView::State::kActive     ? "active"
                                   : job.state == jobs::JobView::State::kComplete ? "complete"
                                                                                  : "failed";
    text += fmt::format("Job {}: {}{}\n", job.name, state, behind_colon(job.trouble));
  }
  return text;
}

std::string describe(const std::vector<Event>& events, WallTime now) {
  std::string text;
  for (const Event& each : events) {
    text += fmt::format(
        "Event of {} {}, {}{}: {}: {}\n", each.kind, each.name, ago(now, each.last),
        each.count > 1 ? fmt::format(", {} times", each.count) : "", each.reason, each.message
    );
  }
  return text;
}

std::string describe(const std::vector<std::string>& unseen) {
  std::string text;
  for (const std::string& each : unseen) text += fmt::format("Not seen: {}\n", each);
  return text;
}

std::string describe(const std::optional<api::BackupConfiguration>& configuration, WallTime now) {
  if (!configuration) return "";
  const auto& spec = configuration->spec;
  const std::string target =
      spec.target ? fmt::format("{} {}", spec.target->ref.kind.view(), spec.target->ref.name.view()) : "no target";
  return fmt::format(
             "{} {}/{}: {}, {}, schedule \"{}\"{}\n", cluster::kind_of(*configuration),
             configuration->metadata.namespace_.view(), configuration->metadata.name.view(),
             word_of(configuration->status.phase), target, spec.schedule.view(), spec.paused ? ", paused" : ""
         ) +
         conditions(configuration->status.conditions, now);
}

std::string describe(const std::optional<api::BackupSession>& session, WallTime now) {
  if (!session) return "";
  const auto& status = session->status;
  std::string text = fmt::format(
      "BackupSession {}/{}: {}, created {}{}\n", session->metadata.namespace_.view(), session->metadata.name.view(),
      word_of(status.phase), ago(now, session->metadata.creation_timestamp),
      status.next_retry ? fmt::format(", tried again at {}", format_time(*status.next_retry)) : ""
  );
  text += conditions(status.conditions, now);
  for (const api::BackupTargetStatus& target : status.targets) {
    text += conditions(target.conditions, now);
    for (const api::HostBackupStats& stats : target.stats) {
      text += fmt::format("  PVC {}: {}{}\n", stats.hostname, word_of(stats.phase), behind_colon(stats.error));
    }
  }
  return text;
}

std::string describe(const SnapshotFacts& snapshot) {
  const std::string_view state = snapshot.ready ? "ready" : snapshot.cut ? "cut, not ready" : "not cut";
  return fmt::format(
      "VolumeSnapshot {} of PVC {}: {}, {}{}{}{}\n", snapshot.name, snapshot.pvc, state,
      snapshot.content.empty() ? "not bound" : "content " + snapshot.content, in_parentheses(snapshot.deletion_policy),
      behind_colon(snapshot.error),
      snapshot.content_error.empty() || snapshot.content_error == snapshot.error
          ? ""
          : fmt::format("; its content: {}", snapshot.content_error)
  );
}

}  // namespace

std::string evidence(const OperatorFacts& seen, WallTime now) {
  std::string text;
  for (const Program& each : seen.programs) {
    text += fmt::format(
        "Operator: Deployment {}/{}, {}/{} ready, image {}\n", each.namespace_, each.name, each.ready, each.wanted,
        each.image
    );
  }
  for (const PodState& pod : seen.pods) {
    text += fmt::format("  pod {}/{}: {}{}\n", pod.namespace_, pod.name, pod.phase, behind_colon(pod.trouble));
  }
  if (seen.lease) {
    const std::string holder = seen.lease->holder.empty() ? "nobody" : seen.lease->holder;
    text += fmt::format("  {} leads, renewed {}\n", holder, ago(now, seen.lease->renewed));
  }
  for (const std::string& each : seen.stash) text += fmt::format("Stash's operator: Deployment {}\n", each);
  return text;
}

std::string evidence(const BackupFacts& seen) {
  std::string text = describe(seen.configuration, seen.now);
  if (seen.schedule.exists) {
    text += fmt::format(
        "CronJob: {}, last scheduled {}\n", seen.schedule.suspended ? "suspended" : "active",
        ago(seen.now, seen.schedule.last)
    );
  }
  text += describe(seen.session, seen.now);
  for (const backup::Volume& volume : seen.volumes) {
    text += fmt::format(
        "PVC {}: {}\n", volume.pvc,
        volume.obstacle.empty() ? fmt::format("can be snapshotted, with class {}", volume.class_name) : volume.obstacle
    );
  }
  text += describe(seen.jobs);
  for (const SnapshotFacts& snapshot : seen.snapshots) text += describe(snapshot);
  text += describe(seen.events, seen.now);
  return text + evidence(seen.operator_, seen.now) + describe(seen.unseen);
}

std::string evidence(const RestoreFacts& seen) {
  const api::RestoreSession& session = seen.session;
  std::string text = fmt::format(
      "{}: {}, created {}\n", name_of(session), word_of(session.status.phase),
      ago(seen.now, session.metadata.creation_timestamp)
  );
  text += conditions(session.status.conditions, seen.now);
  for (const api::HostRestoreStats& stats : session.status.stats) {
    text += fmt::format("  PVC {}: {}{}\n", stats.hostname, word_of(stats.phase), behind_colon(stats.error));
  }
  for (const ClaimFacts& claim : seen.claims) {
    const std::string from = claim.snapshot.empty() ? "" : fmt::format(", from VolumeSnapshot {}", claim.snapshot);
    text += fmt::format(
        "PVC {}{}: {}{}\n", claim.name, from, claim.phase.empty() ? "does not exist" : claim.phase,
        behind_colon(claim.obstacle)
    );
  }
  text += describe(seen.jobs) + describe(seen.events, seen.now);
  return text + evidence(seen.operator_, seen.now) + describe(seen.unseen);
}

}  // namespace snapstash::diagnosis
