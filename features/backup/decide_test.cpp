#include "features/backup/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kCreated{1'700'000'000s};

SnapshotView snapshot(bool cut, bool ready, std::string error = "") {
  return {
      .name = "data-1700000000",
      .uid = "s1",
      .created = kCreated + 5s,
      .cut_at = cut ? std::optional<WallTime>(kCreated + 6s) : std::nullopt,
      .ready = ready,
      .error = std::move(error),
      .error_at = std::nullopt
  };
}

Volume volume(std::string pvc, std::optional<SnapshotView> exists = std::nullopt) {
  return {
      .pvc = std::move(pvc), .obstacle = "", .class_name = "fast", .snapshot = std::move(exists), .creation_error = ""
  };
}

JobView job(JobView::State state = JobView::State::kActive) {
  return {.name = "stash-vs-web-1700000000", .uid = "j1", .state = state, .trouble = ""};
}

Observation fresh() {
  return {
      .now = kCreated + 1s,
      .created = kCreated,
      .invoker_name = "BackupConfiguration demo/web",
      .volumes = {volume("data"), volume("config")},
      .clocks = {.cut = kCreated + 10min, .ready = kCreated + 24h}
  };
}

Observation running(std::vector<Volume> volumes) {
  Observation seen = fresh();
  seen.now = kCreated + 10s;
  seen.started = true;
  seen.attempts = 1;
  seen.job = job();
  seen.volumes = std::move(volumes);
  return seen;
}

TEST(Decide, AFinishedSessionIsLeftAlone) {
  Observation seen = fresh();
  seen.finished = true;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kNothing);
  EXPECT_THAT(decision.effects, IsEmpty());
}

TEST(Decide, AFreshSessionGetsItsJob) {
  const Decision decision = decide(fresh());
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CreateJob{1})));
  EXPECT_EQ(decision.look_again, kCreated + 10min);
}

TEST(Decide, AConfigurationThatIsNotReadySkips) {
  Observation seen = fresh();
  seen.invoker = Invoker::kNotReady;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kSkip);
  EXPECT_EQ(decision.message, "Skipped taking backup. Reason: BackupConfiguration demo/web is not ready.");
}

TEST(Decide, AMissingConfigurationIsGivenTimeToAppear) {
  Observation seen = fresh();
  seen.invoker = Invoker::kMissing;
  EXPECT_EQ(decide(seen).step, Step::kWait);
  seen.now = kCreated + kInvokerGrace;
  EXPECT_EQ(decide(seen).step, Step::kRefuse);
  EXPECT_EQ(decide(seen).message, "BackupConfiguration demo/web does not exist.");
}

TEST(Decide, AConfigurationNotLookedAtYetIsWaitedFor) {
  Observation seen = fresh();
  seen.invoker = Invoker::kUnseen;
  EXPECT_EQ(decide(seen).step, Step::kWait);
  EXPECT_TRUE(decide(seen).look_again);
}

TEST(Decide, AnUnfinishedPredecessorSkips) {
  Observation seen = fresh();
  seen.rival = Rival{"web-1699999940", "Running"};
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kSkip);
  EXPECT_EQ(
      decision.message, R"(Skipped taking new backup. Reason: Previous BackupSession: web-1699999940 is "Running".)"
  );
}

TEST(Decide, NothingToBackUpIsAFailureNotASuccess) {
  Observation seen = fresh();
  seen.no_target = "Deployment demo/web mounts no PersistentVolumeClaim.";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kRefuse);
  EXPECT_EQ(decision.message, *seen.no_target);
}

TEST(Decide, UnboundClaimsAreWaitedForALittle) {
  Observation seen = fresh();
  seen.unbound_pvc = true;
  EXPECT_EQ(decide(seen).step, Step::kWait);
  seen.now = kCreated + kUnboundGrace;
  EXPECT_EQ(decide(seen).step, Step::kRun);
}

TEST(Decide, OneBadVolumeDoesNotSpoilTheOthers) {
  Observation seen = fresh();
  seen.volumes[0].obstacle = "PVC data does not exist.";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CreateJob{1})));
  EXPECT_EQ(decision.outcomes[0].state, VolumeState::kFailed);
}

TEST(Decide, WithOnlyBadVolumesNoJobIsMade) {
  Observation seen = fresh();
  for (Volume& each : seen.volumes) each.obstacle = "no";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.reason, "BackupFailed");
  EXPECT_THAT(decision.effects, IsEmpty());
}

TEST(Decide, ARunningSessionWaits) {
  const Decision decision =
      decide(running({volume("data", snapshot(true, false)), volume("config", snapshot(false, false))}));
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_FALSE(decision.stalled);
}

TEST(Decide, AllReadyIsSuccess) {
  const Decision decision =
      decide(running({volume("data", snapshot(true, true)), volume("config", snapshot(true, true))}));
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.reason, "BackupSucceeded");
  EXPECT_EQ(decision.message, "2 of 2 volumes are backed up.");
  EXPECT_THAT(decision.effects, IsEmpty());  // the pod ends by itself, with its logs
}

TEST(Decide, AJobThatNobodyNeedsAndThatCannotStartGoes) {
  Observation seen = running({volume("data", snapshot(true, true))});
  seen.job->trouble = "ImagePullBackOff";
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteJob{seen.job->name, "j1"})));
}

TEST(Decide, ResultsAreRecordedBeforeAnythingIsDeletedOnTheirStrength) {
  Observation seen = running({volume("data", snapshot(true, true))});
  seen.job->state = JobView::State::kComplete;
  seen.to_retain = true;
  seen.to_forget = true;
  EXPECT_EQ(decide(seen).step, Step::kRecord);
  EXPECT_THAT(decide(seen).effects, IsEmpty());
  seen.recorded = true;
  EXPECT_EQ(decide(seen).step, Step::kFinish);
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(ApplyRetention{}), Effect(CleanHistory{})));
}

TEST(Decide, ReadyCountsMoreThanALaterError) {
  const Decision decision = decide(running({volume("data", snapshot(true, true, "class was deleted"))}));
  EXPECT_EQ(decision.reason, "BackupSucceeded");
}

TEST(Decide, WhenAllSnapshotsExistADeadJobDoesNotMatter) {
  Observation seen = running({volume("data", snapshot(false, false))});
  seen.job->state = JobView::State::kFailed;
  seen.job->trouble = "evicted";
  EXPECT_EQ(decide(seen).step, Step::kRun);
  EXPECT_THAT(decide(seen).effects, IsEmpty());
  seen.job.reset();
  EXPECT_THAT(decide(seen).effects, IsEmpty());
}

TEST(Decide, ADeadJobFailsTheVolumesItOwes) {
  Observation seen = running({volume("data", snapshot(true, true)), volume("config")});
  seen.job->state = JobView::State::kFailed;
  seen.job->trouble = "OOMKilled";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.outcomes[0].state, VolumeState::kSucceeded);
  EXPECT_THAT(decision.outcomes[1].message, HasSubstr("OOMKilled"));
}

TEST(Decide, ADeletedJobComesBack) {
  Observation seen = running({volume("data")});
  seen.job.reset();
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(CreateJob{1})));
}

TEST(Decide, ALostNodeGetsASuccessorButNotForEver) {
  Observation seen = running({volume("data")});
  seen.job->node_lost = true;
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteJob{seen.job->name, "j1"}), Effect(CreateJob{2})));
  seen.attempts = kMaxAttempts;
  EXPECT_THAT(decide(seen).effects, IsEmpty());
}

TEST(Decide, WhatIsNotCutInTimeFailsAndIsDeletedWithItsJob) {
  Observation seen = running({volume("data", snapshot(false, false, "pool is full"))});
  seen.now = seen.clocks.cut;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_THAT(
      decision.effects, ElementsAre(
                            Effect(DeleteJob{seen.job->name, "j1"}),
                            Effect(DeleteSnapshot{"data-1700000000", "s1", seen.volumes[0].snapshot->version})
                        )
  );
  EXPECT_THAT(decision.message, HasSubstr("pool is full"));
}

TEST(Decide, AHeldSnapshotIsNotDeletedEvenThen) {
  Observation seen = running({volume("data", snapshot(false, false))});
  seen.volumes[0].snapshot->held = true;
  seen.now = seen.clocks.cut;
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteJob{seen.job->name, "j1"})));
}

TEST(Decide, WhatIsCutButNotReadyInTimeFailsAndIsKept) {
  Observation seen = running({volume("data", snapshot(true, false))});
  seen.job.reset();
  seen.now = seen.clocks.ready;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.reason, "BackupFailed");
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_THAT(decision.message, HasSubstr("it is kept"));
}

TEST(Decide, AVolumeThatMissesTheCutDoesNotEndTheOthers) {
  Observation seen = running({volume("data", snapshot(true, false)), volume("config", snapshot(false, false))});
  seen.now = seen.clocks.cut;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_EQ(decision.outcomes[1].state, VolumeState::kFailed);
  EXPECT_EQ(decision.look_again, kCreated + 6s + kStalledAfter);
}

TEST(Decide, SilenceIsShown) {
  Observation seen = running({volume("data", snapshot(true, false))});
  seen.now = kCreated + 6s + kStalledAfter - 1s;
  EXPECT_FALSE(decide(seen).stalled);
  EXPECT_EQ(decide(seen).look_again, kCreated + 6s + kStalledAfter);
  seen.now += 1s;
  EXPECT_THAT(*decide(seen).stalled, HasSubstr("waiting for: data"));
}

TEST(Decide, AJobThatCannotStartIsShownAtOnce) {
  Observation seen = running({volume("data")});
  seen.job->trouble = "ImagePullBackOff: no such image";
  EXPECT_THAT(*decide(seen).stalled, HasSubstr("no such image"));
  EXPECT_EQ(decide(seen).step, Step::kRun);
}

TEST(Decide, AJobWithoutAPodIsLookedAtAgainSoon) {
  Observation seen = running({volume("data")});
  seen.job->silent = true;
  EXPECT_EQ(decide(seen).look_again, seen.now + kSilentJobDelay);
}

TEST(Decide, AVanishedSnapshotIsAFailure) {
  Observation seen = running({volume("data")});
  seen.job->state = JobView::State::kComplete;
  EXPECT_THAT(decide(seen).message, HasSubstr("was deleted before it was ready"));
}

/// Every combination ends or says when to look again: nothing waits for ever.
TEST(Decide, NeverHangs) {
  const std::vector<std::optional<SnapshotView>> snapshots{
      std::nullopt, snapshot(false, false), snapshot(true, false), snapshot(true, true)
  };
  const std::vector<std::optional<JobView::State>> jobs{
      std::nullopt, JobView::State::kActive, JobView::State::kComplete, JobView::State::kFailed
  };
  for (const auto& first : snapshots) {
    for (const auto& second : snapshots) {
      for (const auto& state : jobs) {
        for (const auto age : std::initializer_list<Duration>{1s, 10min, 11min, 24h}) {
          Observation seen = running({volume("data", first), volume("config", second)});
          if (state) seen.job->state = *state;
          if (!state) seen.job.reset();
          seen.now = kCreated + std::chrono::duration_cast<std::chrono::microseconds>(age);
          const Decision decision = decide(seen);
          const bool ends = decision.step == Step::kFinish;
          EXPECT_TRUE(ends || (decision.look_again && *decision.look_again > seen.now));
          if (age == Duration(24h)) EXPECT_TRUE(ends);
        }
      }
    }
  }
}

TEST(Decide, ASkippedSessionCleansTheHistory) {
  Observation seen = fresh();
  seen.rival = Rival{"web-1", "Running"};
  seen.to_forget = true;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kSkip);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CleanHistory{})));
}

TEST(Decide, AnotherConfigurationsSessionOfTheTargetGoesFirst) {
  Observation seen = fresh();
  seen.neighbour = Rival{"other-1", "Running"};
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kWait);
  EXPECT_EQ(decision.reason, "WaitingForTurn");
  EXPECT_EQ(decision.message, "BackupSession other-1 of the same target goes first: it is Running.");
  EXPECT_EQ(decision.look_again, kCreated + kTurnPatience);
  seen.now = kCreated + kTurnPatience;
  EXPECT_EQ(decide(seen).step, Step::kRun);
}

TEST(Decide, NobodyLetsOthersGoFirstUntilItIsTooLateForItself) {
  Observation seen = fresh();
  seen.clocks.cut = kCreated + 1min;
  seen.neighbour = Rival{"other-1", "Running"};
  EXPECT_EQ(decide(seen).look_again, kCreated + 30s);
  seen.now = kCreated + 30s;
  EXPECT_EQ(decide(seen).step, Step::kRun);
}

Observation failed_with_retry(WallTime now) {
  Observation seen = fresh();
  seen.now = now;
  seen.finished = true;
  seen.retry = RetryView{.due = kCreated + 1h, .session = "web-1-r1", .left = 1};
  return seen;
}

TEST(Decide, ARetryWaitsForItsTime) {
  const Decision decision = decide(failed_with_retry(kCreated + 59min));
  EXPECT_EQ(decision.step, Step::kNothing);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(decision.look_again, kCreated + 1h);
}

TEST(Decide, B36ARetryIsMadeOnceAndThenRecorded) {
  const Decision decision = decide(failed_with_retry(kCreated + 1h));
  EXPECT_EQ(decision.step, Step::kRetry);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CreateRetry{})));
  EXPECT_EQ(decision.message, "BackupSession web-1-r1 tries again; 1 more try is allowed.");
  Observation made = failed_with_retry(kCreated + 1h);
  made.retry->made = true;
  EXPECT_EQ(decide(made).step, Step::kRetry);
  EXPECT_THAT(decide(made).effects, IsEmpty());
}

}  // namespace
}  // namespace snapstash::backup
