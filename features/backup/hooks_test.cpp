#include "features/backup/hooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kCreated{1'700'000'000s};

Volume volume(bool cut, bool ready) {
  SnapshotView snapshot{.name = "data-1", .uid = "s1", .created = kCreated + 5s, .ready = ready, .version = "7"};
  if (cut) snapshot.cut_at = kCreated + 6s;
  return {.pvc = "data", .class_name = "fast", .snapshot = snapshot};
}

Volume missing() { return {.pvc = "data", .class_name = "fast"}; }

JobView job(JobView::State state = JobView::State::kActive) { return {.name = "vs", .uid = "j1", .state = state}; }

hooks::Standing held() { return {.pre = true, .post = true, .held = true, .recorded = true, .timeout = 5min}; }

/// A session that is held, with its Job at work.
Observation holding(Volume of) {
  return {
      .now = kCreated + 10s,
      .created = kCreated,
      .started = true,
      .invoker_name = "BackupConfiguration demo/web",
      .volumes = {std::move(of)},
      .clocks = {.cut = kCreated + 10min, .ready = kCreated + 24h},
      .job = job(),
      .attempts = 1,
      .hooks = held()
  };
}

Effect away() { return DeleteJob{"vs", "j1"}; }

TEST(HooksOf, HoldOnlyWhatIsAlwaysLetGo) {
  api::BackupConfiguration configuration;
  EXPECT_EQ(hooks_of(configuration), std::nullopt);
  configuration.spec.hooks.edit().pre_backup.emplace();
  EXPECT_EQ(hooks_of(configuration), (api::SessionHooks{.pre_backup = true}));
  configuration.spec.hooks.edit().post_backup.emplace();
  EXPECT_EQ(hooks_of(configuration), (api::SessionHooks{.pre_backup = true, .post_backup = true, .held = true}));
  configuration.spec.hooks.edit().post_backup->execution_policy = api::BackupHookPolicy::kOnFailure;
  EXPECT_FALSE(hooks_of(configuration)->held);
}

TEST(StandingOf, OnFinalRetryFailureWaitsForTheLastTry) {
  api::BackupConfiguration configuration;
  configuration.spec.hooks.edit().post_backup.emplace().execution_policy = api::BackupHookPolicy::kOnFinalRetryFailure;
  configuration.spec.retry_config = api::RetryConfig{.max_retry = 2, .delay = "1m"};
  api::BackupSession session;
  const api::SessionHooks hooks{.pre_backup = false, .post_backup = true};
  session.spec.retry_left = 1;
  EXPECT_FALSE(standing_of(session, hooks, &configuration).after_failure);
  session.spec.retry_left = 0;
  EXPECT_TRUE(standing_of(session, hooks, &configuration).after_failure);
  EXPECT_FALSE(standing_of(session, hooks, &configuration).after_success);
  // Nobody tries again once retryConfig is gone.
  session.spec.retry_left = 1;
  configuration.spec.retry_config.reset();
  EXPECT_TRUE(standing_of(session, hooks, &configuration).after_failure);
}

TEST(DecideHooks, AreWrittenDownBeforeTheyCanRun) {
  Observation seen = holding(missing());
  seen.job.reset();
  seen.attempts = 0;
  seen.hooks->recorded = false;
  EXPECT_THAT(decide(seen).effects, IsEmpty());
  EXPECT_EQ(decide(seen).step, Step::kRun);
  seen.hooks->recorded = true;
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(CreateJob{1})));
}

TEST(DecideHooks, TheEndWaitsForTheJobToSayThatItLetGo) {
  Observation seen = holding(volume(true, true));
  EXPECT_EQ(decide(seen).step, Step::kRun);
  EXPECT_THAT(decide(seen).effects, IsEmpty());
  seen.hooks->pre_outcome = "";
  seen.hooks->post_outcome = "";
  EXPECT_EQ(decide(seen).reason, "BackupSucceeded");
}

TEST(DecideHooks, ADeadJobIsHelpedAndWhatWasNotCutIsGivenUpFirst) {
  Observation seen = holding(volume(false, false));
  seen.job = job(JobView::State::kFailed);
  seen.job->trouble = "OOMKilled";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kRun);
  ASSERT_EQ(decision.effects.size(), 2U);
  EXPECT_EQ(decision.effects[0], Effect(DeleteSnapshot{"data-1", "s1", "7"}));
  ASSERT_TRUE(std::holds_alternative<CreateHookJob>(decision.effects[1]));
  EXPECT_EQ(std::get<CreateHookJob>(decision.effects[1]).phase, "Failed");
  EXPECT_THAT(decision.outcomes[0].message, HasSubstr("was not taken while hooks held the application and is deleted"));
}

TEST(DecideHooks, WhatWasCutBeforeTheJobDiedIsGood) {
  Observation seen = holding(volume(true, false));
  seen.job = job(JobView::State::kFailed);
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.outcomes[0].state, VolumeState::kUnready);
  ASSERT_EQ(decision.effects.size(), 1U);
  EXPECT_EQ(std::get<CreateHookJob>(decision.effects[0]).phase, "Running");
}

TEST(DecideHooks, AJobThatIsGoneLeavesNothingToTrust) {
  Observation seen = holding(volume(true, true));
  seen.job.reset();
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.outcomes[0].state, VolumeState::kFailed);
  EXPECT_THAT(decision.outcomes[0].message, HasSubstr("it is kept"));
  EXPECT_TRUE(std::holds_alternative<CreateHookJob>(decision.effects.back()));
}

TEST(DecideHooks, APodThatHoldsIsNotStoppedBeforeItCouldLetGo) {
  Observation seen = holding(volume(false, false));
  seen.now = seen.clocks.cut + 1s;
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteSnapshot{"data-1", "s1", "7"})));
  EXPECT_EQ(decide(seen).step, Step::kRun);
  seen.now = seen.clocks.cut + 10min;
  EXPECT_THAT(decide(seen).effects, testing::Contains(away()));
}

TEST(DecideHooks, ALostNodeCannotLetGo) {
  Observation seen = holding(volume(true, false));
  seen.job->node_lost = true;
  EXPECT_THAT(decide(seen).effects, ElementsAre(away()));
}

TEST(DecideHooks, WhatWasNeverHeldNeedsNoLettingGo) {
  Observation seen = holding(missing());
  seen.now = seen.clocks.cut + kNeverBegun;
  seen.hooks->never = true;
  seen.hooks->pre_outcome = "its pod has not begun: Unschedulable";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_THAT(decision.effects, ElementsAre(away()));
  EXPECT_THAT(decision.message, HasSubstr("The preBackup hook failed: its pod has not begun"));
}

TEST(DecideHooks, ARefusedJobNeedsNoLettingGo) {
  Observation seen = holding(missing());
  seen.job.reset();
  seen.attempts = 0;
  seen.refused = "exceeded quota";
  seen.now = seen.clocks.cut + 1s;
  EXPECT_EQ(decide(seen).step, Step::kFinish);
}

TEST(DecideHooks, PolicyDecidesOnceTheOutcomeIsKnown) {
  Observation seen = holding(volume(true, true));
  seen.hooks = hooks::Standing{.post = true, .recorded = true, .after_success = false, .timeout = 5min};
  EXPECT_EQ(decide(seen).step, Step::kFinish);
  seen.hooks->after_success = true;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CreateHookJob{"Succeeded", ""})));
}

TEST(DecideHooks, AFailedHookFailsTheSession) {
  Observation seen = holding(volume(true, true));
  seen.job = job(JobView::State::kComplete);
  seen.hooks->pre_outcome = "";
  seen.hooks->post_outcome = "pod db-0: exit code 1";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.reason, "BackupFailed");
  EXPECT_EQ(decision.message, "1 of 1 volumes are backed up. The postBackup hook failed: pod db-0: exit code 1");
  EXPECT_EQ(explain_failed_hooks(seen, decision), " The postBackup hook failed: pod db-0: exit code 1");
}

TEST(DecideHooks, GivingUpIsSaid) {
  Observation seen = holding(volume(true, true));
  seen.job = job(JobView::State::kFailed);
  seen.now = seen.clocks.ready + 10min;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.reason, "BackupFailed");
  EXPECT_THAT(decision.post_outcome.value_or(""), HasSubstr("Run it by hand"));
}

}  // namespace
}  // namespace snapstash::backup
