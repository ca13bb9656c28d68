#include "features/cli/overview.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "features/cli/age.hpp"
#include "features/naming/labels.hpp"
#include "features/retention/plan.hpp"

namespace snapstash::cli {
namespace {

using api::BackupSession;
using api::HostBackupStats;
using Row = std::vector<std::string>;

constexpr std::string_view kNone = "<none>";

/// One PVC of one session.
struct Volume {
  std::string pvc, snapshot, state;
};

using BySession = std::multimap<std::string, const api::VolumeSnapshot*, std::less<>>;

BySession group(const std::vector<api::VolumeSnapshot>& snapshots) {
  BySession grouped;
  for (const api::VolumeSnapshot& each : snapshots) {
    const auto uid = each.metadata.labels.find(std::string(naming::kSessionUid));
    if (uid != each.metadata.labels.end()) grouped.emplace(uid->second, &each);
  }
  return grouped;
}

/// What the status says of a PVC whose snapshot is not there.
std::string state_without(const BackupSession& session, const HostBackupStats& stats) {
  if (stats.phase == HostBackupStats::Phase::kFailed) return "Failed";
  if (!stats.snapshots.empty()) return "Deleted";
  if (stats.phase == HostBackupStats::Phase::kSucceeded) return "Succeeded";
  return api::is_finished(session.status.phase) ? std::string(kNone) : "Waiting";
}

std::vector<Volume> volumes_of(const BackupSession& session, const BySession& snapshots) {
  std::map<std::string, const api::VolumeSnapshot*> live;
  const auto [first, last] = snapshots.equal_range(session.metadata.uid);
  for (auto each = first; each != last; ++each) live[each->second->spec.source.claim] = each->second;
  std::vector<Volume> volumes;
  for (const api::BackupTargetStatus& target : session.status.targets) {
    for (const HostBackupStats& stats : target.stats) {
      if (live.contains(stats.hostname)) continue;
      const std::string name = stats.snapshots.empty() ? std::string(kNone) : stats.snapshots.front().name;
      volumes.push_back({stats.hostname, name, state_without(session, stats)});
    }
  }
  for (const auto& [pvc, snapshot] : live) volumes.push_back({pvc, snapshot->metadata.name, state_of(*snapshot)});
  std::ranges::sort(volumes, {}, &Volume::pvc);
  return volumes;
}

/// "1/2"; "" when it is not known yet how many there are to be.
std::string ready_of(const BackupSession& session, const std::vector<Volume>& volumes) {
  std::optional<std::int32_t> total;
  if (!session.status.targets.empty()) total = session.status.targets[0].total_hosts;
  if (!total && session.status.snapstash) total = session.status.snapstash->total_snapshots;
  if (!total) return std::string(kNone);
  // Of a finished session it counts what it achieved, not what retention has left of it.
  const bool finished = api::is_finished(session.status.phase) && session.status.snapstash;
  const auto ready = finished ? session.status.snapstash->ready_snapshots
                              : static_cast<std::int32_t>(std::ranges::count(volumes, "Ready", &Volume::state));
  return fmt::format("{}/{}", ready, *total);
}

void add_rows(
    const BackupSession& session, const std::vector<Volume>& volumes, const std::string& age, bool with_namespace,
    std::vector<Row>& rows
) {
  const auto phase = session.status.phase;
  const Row head{
      session.metadata.name, phase ? std::string(json::name_of(*phase)) : "Pending", ready_of(session, volumes)
  };
  const std::vector<Volume> lines =
      volumes.empty() ? std::vector{Volume{std::string(kNone), std::string(kNone), ""}} : volumes;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Row row;
    if (with_namespace) row.push_back(i == 0 ? session.metadata.namespace_ : "");
    for (const std::string& cell : head) row.push_back(i == 0 ? cell : "");
    row.insert(row.end(), {lines[i].pvc, lines[i].snapshot, lines[i].state, i == 0 ? age : ""});
    rows.push_back(std::move(row));
  }
}

void complain(
    const std::vector<kube::Condition>& conditions, std::string_view type, kube::ConditionStatus status,
    std::vector<std::string>& all
) {
  const auto* condition = kube::find_condition(conditions, type);
  if (condition != nullptr && condition->status == status && !condition->message.empty()) {
    all.push_back(condition->message);
  }
}

}  // namespace

std::string state_of(const api::VolumeSnapshot& snapshot) {
  if (snapshot.metadata.deletion_timestamp) return "Deleting";
  if (snapshot.status.ready_to_use) return "Ready";
  if (snapshot.status.error) return "Error";
  return snapshot.status.creation_time ? "Cut" : "Pending";
}

std::vector<std::string> complaints(const BackupSession& session) {
  using kube::ConditionStatus;
  std::vector<std::string> all;
  complain(session.status.conditions, "BackupSkipped", ConditionStatus::kTrue, all);
  complain(session.status.conditions, "Stalled", ConditionStatus::kTrue, all);
  complain(session.status.conditions, "DeadlineExceeded", ConditionStatus::kTrue, all);
  complain(session.status.conditions, retention::kCondition, ConditionStatus::kFalse, all);
  complain(session.status.conditions, "BackupHistoryCleaned", ConditionStatus::kFalse, all);
  for (const api::BackupTargetStatus& target : session.status.targets) {
    complain(target.conditions, "BackupExecutorEnsured", ConditionStatus::kFalse, all);
    for (const HostBackupStats& stats : target.stats) {
      if (!stats.error.empty()) all.push_back(fmt::format("PVC {}: {}", stats.hostname, stats.error));
    }
  }
  return all;
}

std::vector<Row> overview(
    std::vector<BackupSession> sessions, const std::vector<api::VolumeSnapshot>& snapshots, WallTime now,
    bool with_namespace
) {
  std::ranges::sort(sessions, [](const BackupSession& a, const BackupSession& b) {
    const auto order = [](const BackupSession& each) {
      return std::tie(each.metadata.creation_timestamp, each.metadata.namespace_, each.metadata.name);
    };
    return order(a) < order(b);
  });
  const BySession grouped = group(snapshots);
  std::vector<Row> rows;
  Row header{"SESSION", "PHASE", "READY", "PVC", "SNAPSHOT", "STATE", "AGE"};
  if (with_namespace) header.insert(header.begin(), "NAMESPACE");
  rows.push_back(std::move(header));
  for (const BackupSession& session : sessions) {
    const std::string age = format_age(now - session.metadata.creation_timestamp.value_or(now));
    add_rows(session, volumes_of(session, grouped), age, with_namespace, rows);
  }
  return rows;
}

}  // namespace snapstash::cli
