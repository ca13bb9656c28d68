#include "features/restore/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WallTime kNow{1'700'000'000s};

Claim claim(std::string name, std::optional<ClaimView> exists = std::nullopt) {
  return {
      .namespace_ = "demo",
      .name = std::move(name),
      .obstacle = "",
      .creation_error = "",
      .snapshot = "data-1",
      .exists = std::move(exists)
  };
}

ClaimView view(bool bound) {
  ClaimView made;
  made.ours = true;
  made.bound = bound;
  made.phase = bound ? "Bound" : "Pending";
  return made;
}

Observation fresh() {
  Observation seen;
  seen.claims = {claim("restore-data"), claim("restore-config")};
  seen.now = kNow;
  seen.deadline = kNow + 1h;
  return seen;
}

Observation running(std::vector<Claim> claims) {
  Observation seen = fresh();
  seen.claims = std::move(claims);
  seen.started = true;
  seen.attempts = 1;
  seen.job = jobs::JobView{
      .name = "stash-vs-restore", .uid = "j1", .state = {}, .trouble = "", .node_lost = false, .errors = {}
  };
  return seen;
}

TEST(Decide, AFinishedSessionIsInert) {
  Observation seen = fresh();
  seen.finished = true;
  EXPECT_EQ(decide(seen).step, Step::kNothing);
}

TEST(Decide, AnObstacleIsBelievedAtTheSecondLook) {
  Observation seen = fresh();
  seen.created = kNow - 1s;
  seen.claims[1].obstacle = "VolumeSnapshot demo/config-1 does not exist";
  Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kWait);
  EXPECT_EQ(decision.look_again, kNow + 4s);
  EXPECT_THAT(decision.outcomes, IsEmpty());
  seen.now = kNow + 4s;
  decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.verdict, Verdict::kFailed);
}

TEST(Decide, AnInvalidSpecIsSaidSo) {
  Observation seen = fresh();
  seen.invalid = "no templates";
  EXPECT_EQ(decide(seen).step, Step::kInvalid);
  EXPECT_EQ(decide(seen).message, "no templates");
}

TEST(Decide, AFreshSessionGetsItsJob) {
  const Decision decision = decide(fresh());
  EXPECT_EQ(decision.step, Step::kRun);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(CreateJob{1})));
  EXPECT_EQ(decision.look_again, kNow + 1h);
}

TEST(Decide, OneObstacleCreatesNothing) {
  Observation seen = fresh();
  seen.claims[1].obstacle = "VolumeSnapshot demo/config-1 does not exist";
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.step, Step::kFinish);
  EXPECT_EQ(decision.verdict, Verdict::kFailed);
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(decision.message, "restore-config: VolumeSnapshot demo/config-1 does not exist");
  EXPECT_EQ(decision.outcomes[0].state, ClaimState::kFailed);
  EXPECT_THAT(decision.outcomes[0].message, HasSubstr("Not begun"));
}

TEST(Decide, WithoutClaimsNothingSucceeds) {
  Observation seen = fresh();
  seen.claims.clear();
  EXPECT_EQ(decide(seen).step, Step::kInvalid);
  seen.started = true;
  EXPECT_EQ(decide(seen).step, Step::kInvalid);
  EXPECT_EQ(decide(seen).message, "There is nothing to restore.");
}

TEST(Decide, WhatHasBeenSaidStaysSaid) {
  Observation seen = running({claim("a"), claim("b", view(true))});
  seen.claims[0].said = Outcome{ClaimState::kSucceeded, ""};
  EXPECT_EQ(decide(seen).verdict, Verdict::kSucceeded);
  EXPECT_EQ(decide(seen).step, Step::kFinish);
  seen.claims[1].said = Outcome{ClaimState::kFailed, "lost"};
  EXPECT_EQ(decide(seen).verdict, Verdict::kFailed);
}

TEST(Decide, ARefusedJobIsTriedAgainUntilTheDeadlineAndRemembered) {
  Observation seen = running({claim("a")});
  seen.job.reset();
  seen.refused = "exceeded quota";
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(CreateJob{1})));
  seen.now = seen.deadline;
  EXPECT_EQ(decide(seen).step, Step::kFinish);
  EXPECT_THAT(decide(seen).message, HasSubstr("was not created in time. Reason: exceeded quota"));
}

TEST(Decide, ASlowProvisionerIsAskedAndQuoted) {
  ClaimView slow = view(false);
  slow.created = kNow - 10s;
  Observation seen = running({claim("a", slow)});
  EXPECT_EQ(decide(seen).look_again, kNow + 50s);
  EXPECT_FALSE(decide(seen).stalled);
  seen.claims[0].exists->created = kNow - 2min;
  seen.claims[0].exists->provisioner_says = "no space left";
  EXPECT_EQ(decide(seen).look_again, kNow + 5min);
  EXPECT_EQ(decide(seen).stalled, "PVC a is not bound yet: no space left");
  seen.now = seen.deadline;
  EXPECT_THAT(decide(seen).message, HasSubstr("not bound in time: no space left"));
}

TEST(Decide, AJobThatHasDoneItsWorkEndsByItself) {
  Observation seen = running({claim("a", view(true))});
  EXPECT_THAT(decide(seen).effects, IsEmpty());
  seen.job->trouble = "ErrImagePull";
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteJob{"stash-vs-restore", "j1"})));
}

TEST(Decide, AnExistingForeignClaimIsNeverTakenOver) {
  Observation seen = fresh();
  ClaimView foreign = view(true);
  foreign.ours = false;
  seen.claims[0].exists = foreign;
  EXPECT_THAT(decide(seen).message, HasSubstr("Failed to create PVC demo/restore-data. Reason: PVC already exist."));
  EXPECT_THAT(decide(seen).effects, IsEmpty());
}

TEST(Decide, AllBoundIsSuccessWhateverTheJobDoes) {
  Observation seen = running({claim("a", view(true)), claim("b", view(true))});
  seen.job->state = jobs::JobView::State::kFailed;
  EXPECT_EQ(decide(seen).verdict, Verdict::kSucceeded);
  EXPECT_EQ(decide(seen).message, "2 volumes are restored.");
}

TEST(Decide, AnInterruptedRunGoesOnOverWhatItMade) {
  Observation seen = running({claim("a", view(true)), claim("b")});
  seen.job.reset();
  EXPECT_EQ(decide(seen).step, Step::kRun);
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(CreateJob{1})));
}

TEST(Decide, WaitForFirstConsumerIsUnknownAndFailuresCountMore) {
  ClaimView waiting = view(false);
  waiting.waits_for_consumer = true;
  Observation seen = running({claim("a", view(true)), claim("b", waiting)});
  EXPECT_EQ(decide(seen).verdict, Verdict::kUnknown);
  EXPECT_THAT(decide(seen).message, HasSubstr("volume binding mode is WaitForFirstConsumer. Once pods use these"));
  ClaimView deleting = view(false);
  deleting.deleting = true;
  seen.claims.push_back(claim("c", deleting));
  EXPECT_EQ(decide(seen).verdict, Verdict::kFailed);
}

TEST(Decide, ADroppedSourceIsAFailureEvenWhenBound) {
  ClaimView empty = view(true);
  empty.source_kept = false;
  EXPECT_THAT(decide(running({claim("a", empty)})).message, HasSubstr("EMPTY"));
}

TEST(Decide, TheDeadlineEndsIt) {
  Observation seen = running({claim("a", view(false)), claim("b")});
  seen.now = seen.deadline;
  const Decision decision = decide(seen);
  EXPECT_EQ(decision.verdict, Verdict::kFailed);
  EXPECT_TRUE(decision.deadline_exceeded);
  EXPECT_THAT(decision.effects, ElementsAre(Effect(DeleteJob{"stash-vs-restore", "j1"})));
}

TEST(Decide, ADeadJobFailsWhatItOwes) {
  Observation seen = running({claim("a", view(true)), claim("b")});
  seen.job->state = jobs::JobView::State::kFailed;
  seen.job->trouble = "exceeded quota";
  EXPECT_EQ(decide(seen).verdict, Verdict::kFailed);
  EXPECT_THAT(decide(seen).message, HasSubstr("exceeded quota"));
}

TEST(Decide, ALostNodeGetsASuccessor) {
  Observation seen = running({claim("a")});
  seen.job->node_lost = true;
  EXPECT_THAT(decide(seen).effects, ElementsAre(Effect(DeleteJob{"stash-vs-restore", "j1"}), Effect(CreateJob{2})));
}

TEST(Decide, AMissingTargetIsWaitedForUntilTheDeadline) {
  Observation seen = fresh();
  seen.no_target = "Deployment demo/web does not exist.";
  EXPECT_EQ(decide(seen).step, Step::kWait);
  EXPECT_EQ(decide(seen).look_again, seen.deadline);
  seen.now = seen.deadline;
  EXPECT_EQ(decide(seen).step, Step::kFinish);
  EXPECT_EQ(decide(seen).verdict, Verdict::kFailed);
}

TEST(Decide, NeverHangs) {
  const std::vector<std::optional<ClaimView>> views{std::nullopt, view(false), view(true)};
  for (const auto& first : views) {
    for (const auto& second : views) {
      for (const bool job : {false, true}) {
        Observation seen = running({claim("a", first), claim("b", second)});
        if (!job) seen.job.reset();
        const Decision now = decide(seen);
        EXPECT_TRUE(now.step == Step::kFinish || (now.look_again && *now.look_again > seen.now));
        seen.now = seen.deadline;
        EXPECT_EQ(decide(seen).step, Step::kFinish);
      }
    }
  }
}

}  // namespace
}  // namespace snapstash::restore
