#include "features/backup/notices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/backup/status.hpp"
#include "features/cluster/target.hpp"

namespace snapstash::backup {
namespace {

using api::BackupSession;
using api::HostBackupStats;
using kube::ConditionStatus;
using Status = BackupSession::Status;

constexpr std::size_t kNames = 10;

class Collector {
 public:
  Collector(const Status& before, const Status& now) : before_(before), now_(now) {}

  void good(std::string reason, std::string message) { found.push_back({std::move(reason), std::move(message)}); }
  void bad(std::string reason, std::string message, std::string volume = "") {
    found.push_back({std::move(reason), std::move(message), false, std::move(volume)});
  }

  /// Returns the condition if it has come to that status, or to another message of it, with what was just written.
  const kube::Condition* fresh(std::string_view type, ConditionStatus status) const {
    const auto* condition = find_condition(now_.conditions, type);
    if (condition == nullptr || condition->status != status) return nullptr;
    const auto* was = find_condition(before_.conditions, type);
    return was != nullptr && *was == *condition ? nullptr : condition;
  }

  std::vector<Notice> found;

 private:
  const Status& before_;
  const Status& now_;
};

const std::vector<HostBackupStats>& stats_of(const Status& status) {
  static const std::vector<HostBackupStats> none;
  return status.targets.empty() ? none : status.targets[0].stats;
}

std::string volumes_of(const Status& status) {
  std::string names;
  const auto& stats = stats_of(status);
  for (std::size_t i = 0; i < std::min(stats.size(), kNames); ++i) names += (i > 0 ? ", " : "") + stats[i].hostname;
  if (stats.size() > kNames) names += fmt::format(" and {} more", stats.size() - kNames);
  return names;
}

bool has_failed(const Status& status, const std::string& volume) {
  const auto& all = stats_of(status);
  const auto found = std::ranges::find(all, volume, &HostBackupStats::hostname);
  return found != all.end() && found->phase == HostBackupStats::Phase::kFailed;
}

void tell_start(const Sight& sight, const Status& before, const Status& now, Collector& to) {
  if (before.phase == BackupSession::Phase::kRunning || now.phase != BackupSession::Phase::kRunning) return;
  const auto& stats = stats_of(now);
  to.good(
      "BackupStarted", fmt::format(
                           "Backing up {} volume{} of {}: {}.", stats.size(), stats.size() == 1 ? "" : "s",
                           cluster::describe(now.targets[0].ref, sight.session->metadata.namespace_), volumes_of(now)
                       )
  );
}

void tell_volumes(const Status& before, const Status& now, Collector& to) {
  for (const HostBackupStats& stats : stats_of(now)) {
    if (stats.phase != HostBackupStats::Phase::kFailed || has_failed(before, stats.hostname)) continue;
    to.bad("VolumeBackupFailed", fmt::format("{}: {}", stats.hostname, stats.error), stats.hostname);
  }
}

const std::vector<kube::Condition>& target_conditions(const Status& status) {
  static const std::vector<kube::Condition> none;
  return status.targets.empty() ? none : status.targets[0].conditions;
}

void tell_hooks(const Status& before, const Status& now, Collector& to) {
  for (const auto& [kind, reason] : {
           std::pair{hooks::Kind::kPreBackup, "PreBackupHookFailed"},
           std::pair{hooks::Kind::kPostBackup, "PostBackupHookFailed"},
       }) {
    const auto outcome = hooks::outcome_in(target_conditions(now), kind);
    if (!outcome || outcome->empty() || outcome == hooks::outcome_in(target_conditions(before), kind)) continue;
    to.bad(reason, fmt::format("The {} hook failed: {}", hooks::field_of(kind), *outcome));
  }
}

void tell_end(const Decision& decision, const Status& now, Collector& to) {
  const bool ended = decision.step == Step::kFinish || decision.step == Step::kSkip || decision.step == Step::kRefuse;
  // With results recorded before, their end has been told; the finish adds nothing.
  if (!(decision.step == Step::kRecord || (ended && !decision.message.empty()))) return;
  if (decision.step == Step::kSkip) return to.bad("BackupSkipped", decision.message);
  if (decision.reason == "BackupSucceeded") return to.good("BackupSucceeded", decision.message);
  std::string message = decision.message;
  if (now.next_retry) message += fmt::format(" It is tried again at {}.", format_time(*now.next_retry));
  to.bad("BackupFailed", std::move(message));
}

void tell_retention(Collector& to) {
  if (const auto* announced = to.fresh(retention::kCondition, ConditionStatus::kUnknown)) {
    if (announced->message.starts_with("Deletes")) to.good("RetentionApplied", announced->message);
  }
  if (const auto* refused = to.fresh(retention::kCondition, ConditionStatus::kFalse)) {
    to.bad(refused->reason == retention::kBlocked ? "RetentionBlocked" : "RetentionFailed", refused->message);
  }
}

}  // namespace

std::vector<Notice> notices(const Sight& sight, const Decision& decision, const Status& now) {
  const Status& before = sight.session->status;
  Collector to(before, now);
  tell_start(sight, before, now, to);
  tell_volumes(before, now, to);
  tell_hooks(before, now, to);
  if (const auto* stalled = to.fresh("Stalled", ConditionStatus::kTrue)) {
    if (!has_condition(before.conditions, "Stalled", ConditionStatus::kTrue)) to.bad("BackupStalled", stalled->message);
  }
  if (const auto* late = to.fresh("DeadlineExceeded", ConditionStatus::kTrue)) to.bad("BackupTimedOut", late->message);
  tell_end(decision, now, to);
  tell_retention(to);
  if (decision.step == Step::kRetry) to.good("BackupRetried", decision.message);
  return std::move(to.found);
}

}  // namespace snapstash::backup
