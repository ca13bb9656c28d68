#include "features/backup/refusal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "features/jobs/refusal.hpp"
#include "features/retention/plan.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

constexpr WallTime kCreated{1'700'000'000s};

struct Bears : testing::Test {
  api::BackupSession session = api::sample_session();
  Observation seen;
  Decision decision;

  Bears() {
    seen.now = kCreated + 10s;
    seen.created = kCreated;
  }

  static Error error(Code code, int http_status) {
    Error made(code, "jobs is forbidden: exceeded quota");
    made.http_status = http_status;
    return made;
  }

  bool bears(const Effect& effect, const Error& why) {
    Sight sight;
    sight.session = std::make_shared<const api::BackupSession>(session);
    sight.seen = seen;
    return backup::bears(sight, effect, why, decision);
  }

  const Error refusal = error(Code::kForbidden, 403);
};

TEST_F(Bears, ARefusedJobIsSaidAndTriedAgain) {
  EXPECT_TRUE(bears(CreateJob{}, refusal));
  EXPECT_EQ(decision.stall_reason, jobs::kRefused);
  EXPECT_EQ(decision.stalled, "The API server refused the Job: jobs is forbidden: exceeded quota");
  EXPECT_EQ(decision.look_again, seen.now + jobs::kRefusedDelay);
}

TEST_F(Bears, TheNextLookIsNeverLaterThanItWas) {
  decision.look_again = seen.now + 5s;
  EXPECT_TRUE(bears(CreateHookJob{}, refusal));
  EXPECT_EQ(decision.look_again, seen.now + 5s);
}

TEST_F(Bears, WhatMayPassByItselfIsNoRefusal) {
  EXPECT_FALSE(bears(CreateJob{}, error(Code::kUnavailable, 503)));
  EXPECT_FALSE(decision.stalled.has_value());
}

TEST_F(Bears, OtherEffectsAreNotBorne) {
  seen.now = kCreated + 1h;
  EXPECT_FALSE(bears(DeleteJob{}, refusal));
  EXPECT_FALSE(bears(CreateRetry{}, refusal));
}

TEST_F(Bears, CleaningUpIsTriedForAMinuteAndThenGivenUp) {
  kube::set_condition(
      session.status.conditions, {.type = std::string(retention::kCondition),
                                  .status = kube::ConditionStatus::kUnknown,
                                  .reason = std::string(retention::kApplying),
                                  .last_transition_time = kCreated + 5min}
  );
  seen.now = kCreated + 5min + 59s;
  EXPECT_FALSE(bears(ApplyRetention{}, refusal));
  EXPECT_FALSE(bears(CleanHistory{}, refusal));
  EXPECT_THAT(decision.retention_error + decision.history_error, IsEmpty());
  seen.now = kCreated + 6min;
  EXPECT_TRUE(bears(ApplyRetention{}, refusal));
  EXPECT_TRUE(bears(CleanHistory{}, refusal));
  EXPECT_EQ(decision.retention_error, "Failed to delete what the policy lets go: jobs is forbidden: exceeded quota");
  EXPECT_EQ(decision.history_error, "Failed to delete old BackupSessions: jobs is forbidden: exceeded quota");
}

TEST_F(Bears, WithoutAnAnnouncementTheMinuteCountsFromTheSession) {
  seen.now = kCreated + 59s;
  EXPECT_FALSE(bears(CleanHistory{}, refusal));
  seen.now = kCreated + 60s;
  EXPECT_TRUE(bears(CleanHistory{}, refusal));
}

}  // namespace
}  // namespace snapstash::backup
