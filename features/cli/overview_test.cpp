#include "features/cli/overview.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/table.hpp"

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Phase = api::BackupSession::Phase;
using HostPhase = api::HostBackupStats::Phase;

constexpr WallTime kNow{1'700'000'000s};

api::BackupSession session(std::string name, std::optional<Phase> phase, Duration age) {
  api::BackupSession made;
  made.metadata.name = name;
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "uid-of-" + name;
  made.metadata.creation_timestamp = kNow - std::chrono::duration_cast<std::chrono::microseconds>(age);
  made.status.phase = phase;
  return made;
}

void add_host(api::BackupSession& session, std::string pvc, std::optional<HostPhase> phase, std::string snapshot) {
  auto& targets = session.status.targets;
  if (targets.empty()) targets.emplace_back();
  api::HostBackupStats stats{.hostname = std::move(pvc), .phase = phase};
  if (!snapshot.empty()) stats.snapshots.push_back({.name = std::move(snapshot)});
  targets[0].stats.push_back(std::move(stats));
  targets[0].total_hosts = static_cast<std::int32_t>(targets[0].stats.size());
}

api::VolumeSnapshot snapshot(std::string_view name, std::string_view pvc, const std::string& session) {
  api::VolumeSnapshot made;
  made.metadata.name = name;
  made.metadata.labels["snapstash.dev/session-uid"] = "uid-of-" + session;
  made.spec.source.claim = pvc;
  return made;
}

TEST(Overview, ShowsEachSessionWithItsVolumesOldestFirst) {
  api::BackupSession done = session("web-1", Phase::kSucceeded, 10min);
  add_host(done, "config", HostPhase::kSucceeded, "config-1");
  add_host(done, "data", HostPhase::kSucceeded, "data-1");
  done.status.snapstash.emplace();
  done.status.snapstash->ready_snapshots = done.status.snapstash->total_snapshots = 2;
  api::BackupSession running = session("web-2", Phase::kRunning, 30s);
  add_host(running, "config", {}, "");
  add_host(running, "data", {}, "");
  auto ready = snapshot("data-1", "data", "web-1");
  ready.status.ready_to_use = true;
  auto cut = snapshot("data-2", "data", "web-2");
  cut.status.creation_time = kNow;
  EXPECT_EQ(
      format_table(overview({running, done, session("web-3", {}, 1s)}, {ready, cut}, kNow, false)),
      "SESSION   PHASE       READY    PVC      SNAPSHOT   STATE     AGE\n"
      "web-1     Succeeded   2/2      config   config-1   Deleted   10m\n"
      "                               data     data-1     Ready\n"
      "web-2     Running     0/2      config   <none>     Waiting   30s\n"
      "                               data     data-2     Cut\n"
      "web-3     Pending     <none>   <none>   <none>               1s\n"
  );
}

TEST(Overview, NamesNamespacesIfWished) {
  const auto rows = overview({session("web-1", Phase::kPending, 1s)}, {}, kNow, true);
  EXPECT_THAT(rows[0][0], "NAMESPACE");
  EXPECT_THAT(rows[1][0], "demo");
  EXPECT_EQ(rows[0].size(), rows[1].size());
}

TEST(Overview, CountsReadyOnesWhileItRuns) {
  api::BackupSession running = session("web-1", Phase::kRunning, 1s);
  add_host(running, "a", {}, "");
  add_host(running, "b", {}, "");
  auto ready = snapshot("a-1", "a", "web-1");
  ready.status.ready_to_use = true;
  EXPECT_EQ(overview({running}, {ready}, kNow, false)[1][2], "1/2");
}

TEST(Overview, AFailedVolumeWithoutSnapshotIsSaidToHaveFailed) {
  api::BackupSession failed = session("web-1", Phase::kFailed, 1s);
  add_host(failed, "a", HostPhase::kFailed, "");
  EXPECT_EQ(overview({failed}, {}, kNow, false)[1][5], "Failed");
}

TEST(Overview, LeavesOutSnapshotsOfOthers) {
  const auto rows = overview({session("web-1", Phase::kRunning, 1s)}, {snapshot("b-1", "b", "db-1")}, kNow, false);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][4], "<none>");
}

TEST(State, OfASnapshot) {
  api::VolumeSnapshot made;
  EXPECT_EQ(state_of(made), "Pending");
  made.status.creation_time = kNow;
  EXPECT_EQ(state_of(made), "Cut");
  made.status.error = api::VolumeSnapshot::Problem{{}, "no"};
  EXPECT_EQ(state_of(made), "Error");
  made.status.ready_to_use = true;
  EXPECT_EQ(state_of(made), "Ready");
  made.metadata.deletion_timestamp = kNow;
  EXPECT_EQ(state_of(made), "Deleting");
}

TEST(Complaints, AreWhatWentWrong) {
  api::BackupSession failed = session("web-1", Phase::kFailed, 1s);
  EXPECT_THAT(complaints(failed), IsEmpty());
  add_host(failed, "a", HostPhase::kFailed, "");
  failed.status.targets[0].stats[0].error = "no space";
  failed.status.conditions.push_back(
      {.type = "BackupSkipped", .status = kube::ConditionStatus::kTrue, .message = "skip"}
  );
  failed.status.targets[0].conditions.push_back(
      {.type = "BackupExecutorEnsured", .status = kube::ConditionStatus::kFalse, .message = "no job"}
  );
  failed.status.conditions.push_back({.type = "Stalled", .status = kube::ConditionStatus::kFalse, .message = "old"});
  failed.status.conditions.push_back(
      {.type = "RetentionPolicyApplied", .status = kube::ConditionStatus::kFalse, .message = "too many"}
  );
  EXPECT_THAT(complaints(failed), ElementsAre("skip", "too many", "no job", "PVC a: no space"));
}

}  // namespace
}  // namespace snapstash::cli
