#include "features/backup/status.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "features/jobs/refusal.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using Phase = api::BackupSession::Phase;
using TargetPhase = api::BackupTargetStatus::Phase;
using HostPhase = api::HostBackupStats::Phase;

constexpr WallTime kCreated{1'700'000'000s};

struct Status : testing::Test {
  api::BackupSession session = api::sample_session();
  api::BackupConfiguration configuration = api::sample_configuration();
  Observation seen;

  Status() {
    session.metadata.uid = "s1";
    session.metadata.creation_timestamp = kCreated;
    session.status = {};
    seen.now = kCreated + 65s;
    seen.created = kCreated;
    seen.started = true;
    seen.attempts = 1;
    seen.job = JobView{.name = "stash-vs-web", .uid = "j1"};
    seen.volumes = {volume("data"), volume("config")};
    seen.clocks = {.cut = kCreated + 10min, .ready = kCreated + 24h};
  }

  static Volume volume(const std::string& pvc, std::string obstacle = "") {
    return {.pvc = pvc, .obstacle = std::move(obstacle), .class_name = "", .snapshot = {}, .creation_error = ""};
  }

  static Decision decision(Step step, std::vector<Outcome> outcomes) {
    Decision made;
    made.step = step;
    made.outcomes = std::move(outcomes);
    return made;
  }

  api::BackupSession::Status of(const Decision& decision) const {
    Sight sight;
    sight.session = std::make_shared<const api::BackupSession>(session);
    sight.configuration = std::make_shared<const api::BackupConfiguration>(configuration);
    sight.seen = seen;
    return status_of(sight, decision);
  }

  static std::string condition(const std::vector<kube::Condition>& conditions, std::string_view type) {
    const auto* found = kube::find_condition(conditions, type);
    if (found == nullptr) return "none";
    return fmt::format("{}/{}: {}", json::name_of(found->status), found->reason, found->message);
  }
  static std::string executor(const api::BackupSession::Status& status) {
    return condition(status.targets.at(0).conditions, "BackupExecutorEnsured");
  }
};

const Outcome kDone{.state = VolumeState::kSucceeded};
const Outcome kOpen{.state = VolumeState::kUncreated};

Outcome failed(std::string why) { return {.state = VolumeState::kFailed, .message = std::move(why)}; }

TEST_F(Status, OfASuccess) {
  const auto status = of(decision(Step::kFinish, {kDone, kDone}));
  EXPECT_EQ(status.phase, Phase::kSucceeded);
  EXPECT_EQ(status.session_duration, "1m5s");
  ASSERT_EQ(status.targets.size(), 1U);
  EXPECT_EQ(status.targets[0].phase, TargetPhase::kSucceeded);
  EXPECT_EQ(status.targets[0].total_hosts, 2);
  EXPECT_EQ(status.targets[0].stats[1].hostname, "config");
  EXPECT_EQ(status.targets[0].stats[1].phase, HostPhase::kSucceeded);
  EXPECT_EQ(status.snapstash->ready, "2/2");
  EXPECT_EQ(executor(status), "True/SuccessfullyEnsuredBackupExecutor: Successfully ensured backup executor.");
  EXPECT_EQ(
      condition(status.conditions, "MetricsPushed"),
      "True/SuccessfullyPushedMetrics: Metrics are served by the operator."
  );
}

TEST_F(Status, WhileItRunsOnlyFailuresAreWrittenOfHosts) {
  const auto status = of(decision(Step::kRun, {kDone, failed("the driver said no")}));
  EXPECT_EQ(status.phase, Phase::kRunning);
  EXPECT_FALSE(status.targets[0].stats[0].phase.has_value());
  EXPECT_EQ(status.targets[0].stats[1].phase, HostPhase::kFailed);
  EXPECT_EQ(status.targets[0].stats[1].error, "the driver said no");
  EXPECT_THAT(status.session_duration, IsEmpty());
}

TEST_F(Status, WhatHasBeenSaidOfAHostStaysSaid) {
  session.status = of(decision(Step::kRun, {kOpen, failed("first")}));
  const auto status = of(decision(Step::kFinish, {kDone, failed("second")}));
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.targets[0].stats[1].error, "first");
}

TEST_F(Status, ARefusedJobIsNoExecutorUntilOneIsTaken) {
  seen.job.reset();
  Decision refused = decision(Step::kRun, {kOpen, kOpen});
  refused.stall_reason = jobs::kRefused;
  refused.stalled = "The API server refused the Job: exceeded quota";
  session.status = of(refused);
  EXPECT_EQ(
      executor(session.status), "False/FailedToEnsureBackupExecutor: The API server refused the Job: exceeded quota"
  );
  EXPECT_EQ(
      condition(session.status.conditions, "Stalled"), "True/JobRefused: The API server refused the Job: exceeded quota"
  );
  seen.refused = jobs::refusal_in(session.status.conditions);
  EXPECT_EQ(
      executor(of(decision(Step::kFinish, {failed("too late"), failed("too late")}))),
      "False/FailedToEnsureBackupExecutor: The API server refused the Job: exceeded quota"
  );
  seen.refused = "";
  seen.job = JobView{.name = "stash-vs-web", .uid = "j1"};
  const auto taken = of(decision(Step::kRun, {kOpen, kOpen}));
  EXPECT_EQ(executor(taken), "True/SuccessfullyEnsuredBackupExecutor: Successfully ensured backup executor.");
  EXPECT_EQ(condition(taken.conditions, "Stalled"), "False/Progressing: ");
}

TEST_F(Status, WithAnObstacleForEveryVolumeThereIsNoExecutor) {
  seen.job.reset();
  seen.volumes = {volume("data", "no CSI driver"), volume("config", "not bound")};
  EXPECT_EQ(
      executor(of(decision(Step::kFinish, {failed("no CSI driver"), failed("not bound")}))),
      "False/FailedToEnsureBackupExecutor: data: no CSI driver; config: not bound"
  );
  seen.volumes[1].obstacle = "";
  EXPECT_EQ(
      executor(of(decision(Step::kFinish, {failed("no CSI driver"), kDone}))),
      "True/SuccessfullyEnsuredBackupExecutor: Successfully ensured backup executor."
  );
}

TEST_F(Status, WhatWaitsHasNoTargetYet) {
  seen.started = false;
  seen.job.reset();
  const auto status = of(decision(Step::kWait, {}));
  EXPECT_EQ(status.phase, Phase::kPending);
  EXPECT_THAT(status.targets, IsEmpty());
}

TEST_F(Status, OfWhatCannotBeStarted) {
  Decision refused = decision(Step::kRefuse, {});
  refused.message = "Deployment demo/web does not exist.";
  const auto status = of(refused);
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.targets.at(0).phase, TargetPhase::kFailed);
  EXPECT_EQ(executor(status), "False/FailedToEnsureBackupExecutor: Deployment demo/web does not exist.");
}

TEST_F(Status, OfASkippedOne) {
  Decision skipped = decision(Step::kSkip, {});
  skipped.message = "Skipped taking backup. Reason: it is not ready.";
  const auto status = of(skipped);
  EXPECT_EQ(status.phase, Phase::kSkipped);
  EXPECT_EQ(
      condition(status.conditions, "BackupSkipped"),
      "True/SkippedTakingNewBackup: Skipped taking backup. Reason: it is not ready."
  );
  EXPECT_FALSE(status.next_retry.has_value());
  EXPECT_THAT(status.targets, IsEmpty());
}

TEST_F(Status, TimeOutIsAnnouncedAtTheStartAndSaidWhenItHasPassed) {
  configuration.spec.time_out = "2m";
  seen.clocks.ready = kCreated + 2min;
  session.status = of(decision(Step::kRun, {kOpen, kOpen}));
  EXPECT_EQ(session.status.session_deadline, kCreated + 2min);
  EXPECT_EQ(condition(session.status.conditions, "DeadlineExceeded"), "none");
  seen.now = kCreated + 2min;
  seen.clocks.ready = kCreated + 2min;
  const auto late = of(decision(Step::kFinish, {kDone, failed("late")}));
  EXPECT_EQ(
      condition(late.conditions, "DeadlineExceeded"),
      "True/FailedToCompleteWithinDeadline: Failed to complete backup within 2m0s."
  );
  EXPECT_EQ(late.session_deadline, kCreated + 2min);
}

TEST_F(Status, ARetryIsPromisedOnce) {
  configuration.spec.retry_config = api::RetryConfig{.max_retry = 3, .delay = "5m"};
  session.spec.retry_left = 2;
  session.status = of(decision(Step::kFinish, {kDone, failed("no")}));
  EXPECT_EQ(session.status.next_retry, seen.now + 5min);
  const auto promised = session.status.next_retry;
  seen.now += 1min;
  session.status = of(decision(Step::kFinish, {}));
  EXPECT_EQ(session.status.next_retry, promised);
  session.status = of(decision(Step::kRetry, {}));
  EXPECT_TRUE(session.status.retried);
}

TEST_F(Status, FailuresAfterABackupThatIsDoneAreSaid) {
  Decision done = decision(Step::kFinish, {kDone, kDone});
  done.history_error = "Failed to delete old BackupSessions: forbidden";
  EXPECT_EQ(
      condition(of(done).conditions, "BackupHistoryCleaned"),
      "False/FailedToCleanBackupHistory: Failed to delete old BackupSessions: forbidden"
  );
  EXPECT_EQ(of(done).phase, Phase::kSucceeded);
}

}  // namespace
}  // namespace snapstash::backup
