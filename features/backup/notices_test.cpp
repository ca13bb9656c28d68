#include "features/backup/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/backup/status.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using api::BackupSession;
using api::HostBackupStats;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime kNow{1'700'000'100s};

Sight sight(BackupSession::Status before = {}) {
  BackupSession session;
  session.metadata.name = "web-1700000000";
  session.metadata.namespace_ = "demo";
  session.status = std::move(before);
  return {.session = std::make_shared<const BackupSession>(std::move(session)), .configuration = nullptr, .seen = {}};
}

BackupSession::Status running(std::vector<HostBackupStats> stats) {
  BackupSession::Status status;
  status.phase = BackupSession::Phase::kRunning;
  status.targets.emplace_back();
  status.targets[0].ref.kind = "Deployment";
  status.targets[0].ref.name = "web";
  status.targets[0].stats = std::move(stats);
  return status;
}

kube::Condition condition(std::string_view type, kube::ConditionStatus status, std::string_view message) {
  return {.type = type, .status = status, .reason = "Any", .message = message, .last_transition_time = kNow};
}

Decision decision(Step step, std::string reason = "", std::string message = "") {
  return {.step = step, .reason = std::move(reason), .message = std::move(message)};
}

TEST(Notices, TellTheStartOnce) {
  const auto now = running({{.hostname = "data"}, {.hostname = "logs"}});
  EXPECT_THAT(
      notices(sight(), decision(Step::kRun), now),
      ElementsAre(Notice{"BackupStarted", "Backing up 2 volumes of Deployment demo/web: data, logs."})
  );
  EXPECT_THAT(notices(sight(now), decision(Step::kRun), now), IsEmpty());
}

TEST(Notices, TellEachFailedVolumeOnce) {
  const auto before = running({{.hostname = "data"}, {.hostname = "logs"}});
  auto now = before;
  now.targets[0].stats[1] = {.hostname = "logs", .phase = HostBackupStats::Phase::kFailed, .error = "disk full"};
  const Notice wanted{"VolumeBackupFailed", "logs: disk full", false, "logs"};
  EXPECT_THAT(notices(sight(before), decision(Step::kRun), now), ElementsAre(wanted));
  EXPECT_THAT(notices(sight(now), decision(Step::kRun), now), IsEmpty());
}

TEST(Notices, TellEachFailedHookOnce) {
  using hooks::Kind;
  const auto before = running({});
  for (const auto& [kind, reason, message] : {
           std::tuple{Kind::kPreBackup, "PreBackupHookFailed", "The preBackup hook failed: exit code 1"},
           std::tuple{Kind::kPostBackup, "PostBackupHookFailed", "The postBackup hook failed: exit code 1"},
       }) {
    auto now = before;
    hooks::set_outcome(now.targets[0].conditions, kind, "exit code 1", kNow);
    EXPECT_THAT(notices(sight(before), decision(Step::kRun), now), ElementsAre(Notice{reason, message, false}));
    EXPECT_THAT(notices(sight(now), decision(Step::kRun), now), IsEmpty());
    auto well = before;
    hooks::set_outcome(well.targets[0].conditions, kind, "", kNow);
    EXPECT_THAT(notices(sight(before), decision(Step::kRun), well), IsEmpty());
  }
}

TEST(Notices, TellTheEndWhenItIsRecordedOrElseWhenItIsWritten) {
  const auto now = running({{.hostname = "data"}});
  const Notice done{"BackupSucceeded", "1 of 1 volumes are backed up."};
  EXPECT_THAT(notices(sight(now), decision(Step::kRecord, done.reason, done.message), now), ElementsAre(done));
  EXPECT_THAT(notices(sight(now), decision(Step::kFinish, done.reason, done.message), now), ElementsAre(done));
  EXPECT_THAT(notices(sight(now), decision(Step::kFinish), now), IsEmpty());  // after it was recorded
}

TEST(Notices, B33TellSkipTimeoutRetryAndStall) {
  EXPECT_THAT(
      notices(sight(), decision(Step::kSkip, "PreviousSessionRunning", "Skipped."), {}),
      ElementsAre(Notice{"BackupSkipped", "Skipped.", false})
  );
  auto late = running({});
  late.next_retry = kNow;
  late.conditions = {condition("DeadlineExceeded", kube::ConditionStatus::kTrue, "Too late.")};
  EXPECT_THAT(
      notices(sight(running({})), decision(Step::kFinish, "BackupFailed", "All failed."), late),
      ElementsAre(
          Notice{"BackupTimedOut", "Too late.", false},
          Notice{"BackupFailed", "All failed. It is tried again at 2023-11-14T22:15:00Z.", false}
      )
  );
  EXPECT_THAT(
      notices(sight(late), decision(Step::kRetry, "BackupRetried", "Again."), late),
      ElementsAre(Notice{"BackupRetried", "Again."})
  );
  auto stalled = running({});
  stalled.conditions = {condition("Stalled", kube::ConditionStatus::kTrue, "Nothing moves.")};
  EXPECT_THAT(
      notices(sight(running({})), decision(Step::kRun), stalled),
      ElementsAre(Notice{"BackupStalled", "Nothing moves.", false})
  );
  auto differently = stalled;
  differently.conditions[0].message = "Nothing moves still.";
  EXPECT_THAT(notices(sight(stalled), decision(Step::kRun), differently), IsEmpty());
}

TEST(Notices, TellWhatRetentionDoesAndWhatStopsIt) {
  const auto before = running({});
  auto now = before;
  now.conditions = {
      condition(retention::kCondition, kube::ConditionStatus::kUnknown, "Deletes 1 of 3 snapshots of data: a.")
  };
  EXPECT_THAT(
      notices(sight(before), decision(Step::kRecord, "BackupSucceeded", "Done."), now),
      ElementsAre(
          Notice{"BackupSucceeded", "Done."}, Notice{"RetentionApplied", "Deletes 1 of 3 snapshots of data: a."}
      )
  );
  auto blocked = before;
  blocked.conditions = {condition(retention::kCondition, kube::ConditionStatus::kFalse, "Too many.")};
  blocked.conditions[0].reason = retention::kBlocked;
  EXPECT_THAT(
      notices(sight(before), decision(Step::kFinish), blocked),
      ElementsAre(Notice{"RetentionBlocked", "Too many.", false})
  );
}

}  // namespace
}  // namespace snapstash::backup
