#include "features/hooks/standing.hpp"

#include <gtest/gtest.h>

namespace snapstash::hooks {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1'700'000'000s};
constexpr WallTime kLater = kNow + 1h;

Standing due() { return {.pre = true, .post = true, .held = true, .timeout = 5min}; }

jobs::JobView job(jobs::JobView::State state = jobs::JobView::State::kActive, std::string trouble = "") {
  return {.name = "stash-hook-daily-1", .uid = "j", .state = state, .trouble = std::move(trouble)};
}

TEST(MovePost, MakesItsJobAndWaits) {
  Standing standing = due();
  EXPECT_EQ(move_post(standing, kNow, kLater), PostMove{.create = true});
  standing.post_job = job();
  EXPECT_EQ(move_post(standing, kNow, kLater), PostMove{});
  standing.post_job = job(jobs::JobView::State::kActive, "Unschedulable: 0/2 nodes");
  EXPECT_EQ(
      move_post(standing, kNow, kLater).stalled, "Job stash-hook-daily-1 cannot do its work: Unschedulable: 0/2 nodes"
  );
}

TEST(MovePost, IsSettledOnceItIsKnown) {
  Standing standing = due();
  standing.post_outcome = "exit code 1";
  EXPECT_EQ(move_post(standing, kNow, kLater), PostMove{.settled = true});
}

TEST(MovePost, AJobOnALostNodeMakesRoomForAnother) {
  Standing standing = due();
  standing.post_job = job();
  standing.post_job->node_lost = true;
  EXPECT_EQ(move_post(standing, kNow, kLater), PostMove{.remove = true});
}

TEST(MovePost, GivesUpLoudly) {
  Standing standing = due();
  const PostMove none = move_post(standing, kLater, kLater);
  EXPECT_TRUE(none.settled);
  EXPECT_FALSE(none.remove);
  EXPECT_EQ(none.outcome, "it could not be run in time: no Job could be made for it. Run it by hand.");
  standing.refused = "exceeded quota";
  EXPECT_EQ(
      move_post(standing, kLater, kLater).outcome, "it could not be run in time: exceeded quota. Run it by hand."
  );
  standing.post_job = job(jobs::JobView::State::kActive, "ImagePullBackOff: no");
  const PostMove late = move_post(standing, kLater, kLater);
  EXPECT_TRUE(late.remove);
  EXPECT_EQ(late.outcome, "it could not be run in time: Job stash-hook-daily-1: ImagePullBackOff: no. Run it by hand.");
}

TEST(MovePost, WhatWasTakenOutOfTheSpecCannotRun) {
  Standing standing = due();
  standing.removed = true;
  EXPECT_EQ(move_post(standing, kNow, kLater).outcome, "it was removed before it could run");
}

TEST(NotePostJob, ReadsTheOutcome) {
  Standing standing = due();
  standing.post_job = job();
  note_post_job(standing);
  EXPECT_EQ(standing.post_outcome, std::nullopt);
  standing.post_job = job(jobs::JobView::State::kFailed, "exit code 1");
  standing.post_job->hooks["post"] = "pod db-0: exit code 3: not frozen";
  note_post_job(standing);
  EXPECT_EQ(standing.post_outcome, "pod db-0: exit code 3: not frozen");

  Standing silent = due();
  silent.post_job = job(jobs::JobView::State::kFailed, "OOMKilled");
  note_post_job(silent);
  EXPECT_EQ(silent.post_outcome, "OOMKilled");

  Standing well = due();
  well.post_job = job(jobs::JobView::State::kComplete);
  note_post_job(well);
  EXPECT_EQ(well.post_outcome, "");
}

TEST(Conditions, SayWhatStashSaysAndCanBeReadBack) {
  std::vector<kube::Condition> conditions;
  EXPECT_EQ(outcome_in(conditions, Kind::kPreBackup), std::nullopt);
  set_outcome(conditions, Kind::kPreBackup, "", kNow);
  set_outcome(conditions, Kind::kPostRestore, "pod a: exit code 1", kNow);
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0].type, "PreBackupHookExecutionSucceeded");
  EXPECT_EQ(conditions[0].reason, "SuccessfullyExecutedPreBackupHook");
  EXPECT_EQ(conditions[1].reason, "FailedToExecutePostRestoreHook");
  EXPECT_EQ(conditions[1].message, "Failed to execute postRestore hook. Reason: pod a: exit code 1");
  EXPECT_EQ(outcome_in(conditions, Kind::kPreBackup), "");
  EXPECT_EQ(outcome_in(conditions, Kind::kPostRestore), "pod a: exit code 1");
  EXPECT_EQ(outcome_in(conditions, Kind::kPostBackup), std::nullopt);
}

TEST(Patience, HasRoomForTwoActions) {
  EXPECT_EQ(patience(due()), 10min);
  EXPECT_EQ(patience({.timeout = 20min}), 40min);
}

}  // namespace
}  // namespace snapstash::hooks
