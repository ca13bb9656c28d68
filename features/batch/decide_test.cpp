#include "features/batch/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::batch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr WallTime kNow{1'700'000'000s};

Member at_work() { return {.begun = true}; }
Member cut() { return {.begun = true, .cut = true}; }
Member well() { return {.begun = true, .cut = true, .over = true, .well = true}; }
Member failed() { return {.begun = true, .over = true}; }

Observation of(std::vector<Member> members) { return {.now = kNow, .members = std::move(members)}; }

Observation held(std::vector<Member> members) {
  Observation seen = of(std::move(members));
  seen.hooks = hooks::Standing{.pre = true, .post = true, .held = true, .recorded = true, .timeout = 1min};
  return seen;
}

jobs::JobView job(jobs::JobView::State state) { return {.name = "j", .uid = "u", .state = state}; }

TEST(Turns, InParallelAllBeginAtOnce) {
  EXPECT_THAT(turns(of({{}, {}, {}}), {}), ElementsAre(0, 1, 2));
  EXPECT_THAT(turns(of({well(), at_work(), failed()}), {}), ElementsAre(1));
}

TEST(Turns, InSequenceEachWaitsForTheEndOfTheOneBefore) {
  Observation seen = of({{}, {}, {}});
  seen.sequential = true;
  EXPECT_THAT(turns(seen, {}), ElementsAre(0));
  seen.members[0] = cut();
  EXPECT_THAT(turns(seen, {}), ElementsAre(0));
  seen.members[0] = failed();
  EXPECT_THAT(turns(seen, {}), ElementsAre(1));
}

TEST(Turns, InSequenceWhatHasBegunGoesOn) {
  Observation seen = of({at_work(), at_work(), {}});
  seen.sequential = true;
  EXPECT_THAT(turns(seen, {}), ElementsAre(0, 1));
}

TEST(PreHook, IsWrittenDownThenRunThenTheMembersBegin) {
  Observation seen = held({{}, {}});
  EXPECT_TRUE(step_pre(seen).begin);
  EXPECT_THAT(turns(seen, step_pre(seen)), IsEmpty());

  seen.pre_since = kNow;
  EXPECT_TRUE(step_pre(seen).create);
  seen.pre_job = job(jobs::JobView::State::kActive);
  EXPECT_FALSE(step_pre(seen).create);
  EXPECT_THAT(turns(seen, step_pre(seen)), IsEmpty());

  seen.pre_job = job(jobs::JobView::State::kComplete);
  EXPECT_EQ(step_pre(seen).outcome, "");
  EXPECT_THAT(turns(seen, step_pre(seen)), ElementsAre(0, 1));
}

TEST(PreHook, ThatFailsLeavesNothingToTheMembersButIsFollowedByThePostHook) {
  Observation seen = held({{}, {}});
  seen.hooks->pre_outcome = "exit code 1";
  const HookStep pre = step_pre(seen);
  EXPECT_THAT(turns(seen, pre), IsEmpty());
  HookStep post = step_post(seen, pre);
  EXPECT_TRUE(post.begin);
  EXPECT_FALSE(is_over(seen, pre, post));
  seen.hooks->post_outcome = "";
  post = step_post(seen, pre);
  EXPECT_TRUE(is_over(seen, pre, post));
  EXPECT_FALSE(is_well(seen, pre, post));
}

TEST(PreHook, OfALostNodeIsMadeAgain) {
  Observation seen = held({{}});
  seen.pre_since = kNow;
  seen.pre_job = job(jobs::JobView::State::kActive);
  seen.pre_job->node_lost = true;
  EXPECT_TRUE(step_pre(seen).remove);
}

TEST(PreHook, HasItsTime) {
  Observation seen = held({{}});
  seen.pre_since = kNow - 1h;
  const HookStep pre = step_pre(seen);
  ASSERT_TRUE(pre.outcome);
  EXPECT_NE(*pre.outcome, "");
}

TEST(PostHook, ThatHoldsIsDueWhenAllAreCut) {
  Observation seen = held({cut(), at_work()});
  seen.hooks->pre_outcome = "";
  EXPECT_FALSE(step_post(seen, step_pre(seen)).begin);
  seen.members[1] = failed();
  EXPECT_TRUE(step_post(seen, step_pre(seen)).begin);
}

TEST(PostHook, ThatAsksForTheOutcomeWaitsForIt) {
  Observation seen = held({cut(), cut()});
  seen.hooks->held = false;
  seen.hooks->pre_outcome = "";
  seen.hooks->after_success = false;
  EXPECT_FALSE(step_post(seen, step_pre(seen)).begin);
  seen.members = {well(), well()};
  EXPECT_FALSE(step_post(seen, step_pre(seen)).begin);
  EXPECT_TRUE(is_over(seen, step_pre(seen), step_post(seen, step_pre(seen))));
  seen.members = {well(), failed()};
  EXPECT_TRUE(step_post(seen, step_pre(seen)).begin);
}

TEST(PostHook, OnceBegunIsSeenThrough) {
  Observation seen = held({well(), well()});
  seen.hooks->pre_outcome = "";
  seen.post_since = kNow;
  const HookStep pre = step_pre(seen);
  EXPECT_TRUE(step_post(seen, pre).create);
  EXPECT_FALSE(is_over(seen, pre, step_post(seen, pre)));
  seen.hooks->post_job = job(jobs::JobView::State::kFailed);
  seen.hooks->post_job->trouble = "exit code 3";
  EXPECT_EQ(step_post(seen, pre).outcome, "exit code 3");
  EXPECT_TRUE(is_over(seen, pre, step_post(seen, pre)));
  EXPECT_FALSE(is_well(seen, pre, step_post(seen, pre)));
}

TEST(IsOver, WhenAllMembersAre) {
  EXPECT_FALSE(is_over(of({well(), cut()}), {}, {}));
  EXPECT_TRUE(is_over(of({well(), failed()}), {}, {}));
  EXPECT_FALSE(is_well(of({well(), failed()}), {}, {}));
  EXPECT_TRUE(is_well(of({well(), well()}), {}, {}));
}

}  // namespace
}  // namespace snapstash::batch
