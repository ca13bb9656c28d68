#include "features/batch/part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::batch {
namespace {

using namespace std::chrono_literals;
using api::BackupSession;
using kube::ConditionStatus;

constexpr WallTime kNow{1'700'000'000s};

kube::Condition condition(std::string type, ConditionStatus status, std::string message = "") {
  return {.type = type, .status = status, .reason = "R", .message = message, .last_transition_time = kNow};
}

BackupSession::Status part(std::string target, ConditionStatus retention, std::string message, int ready) {
  BackupSession::Status status;
  status.phase = BackupSession::Phase::kRunning;
  auto& made = status.targets.emplace_back();
  made.ref = {.api_version = "apps/v1", .kind = "Deployment", .name = target};
  made.conditions.push_back(condition("BackupExecutorEnsured", ConditionStatus::kTrue));
  status.conditions.push_back(condition("RetentionPolicyApplied", retention, message));
  status.snapstash.emplace();
  status.snapstash->ready_snapshots = ready;
  status.snapstash->total_snapshots = 2;
  status.snapstash->attempts = 1;
  return status;
}

BackupSession whole() {
  BackupSession session;
  session.metadata.name = "b-1";
  session.metadata.uid = "u";
  put_back(part("web", ConditionStatus::kTrue, "kept", 2), 0, kNow, session.status);
  put_back(part("db", ConditionStatus::kFalse, "blocked", 1), 1, kNow + 1min, session.status);
  return session;
}

TEST(Part, ComesBackAsItWasPut) {
  const BackupSession session = whole();
  const auto second = part_of(session, 1);
  EXPECT_EQ(second->status, part("db", ConditionStatus::kFalse, "blocked", 1));
  EXPECT_EQ(second->part->member, 1);
  EXPECT_EQ(second->part->began, kNow + 1min);
  EXPECT_EQ(second->metadata.uid, "u");
}

TEST(Part, PutBackUnchangedChangesNothing) {
  const BackupSession session = whole();
  BackupSession::Status status = session.status;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto each = part_of(session, i);
    put_back(each->status, i, each->part->began, status);
  }
  EXPECT_EQ(status, session.status);
}

TEST(Part, BeginsWhenItsTurnComesAndOnlyOnce) {
  const BackupSession session = whole();
  EXPECT_EQ(part_of(session, 2, kNow + 1h)->part->began, kNow + 1h);
  EXPECT_EQ(part_of(session, 0, kNow + 1h)->part->began, kNow);
}

// In sequence its target stands in the status as Pending by then.
TEST(Part, LeftOutEndsWellWithNothing) {
  BackupSession session = whole();
  session.status.targets[1].phase = api::BackupTargetStatus::Phase::kPending;
  session.status.targets[1].conditions.clear();
  put_back(left_out(session.status.targets[1].ref), 1, kNow, session.status);
  EXPECT_EQ(session.status.targets[1].ref.name, "db");
  EXPECT_EQ(session.status.targets[1].phase, api::BackupTargetStatus::Phase::kSucceeded);
  EXPECT_EQ(session.status.targets[1].total_hosts, 0);
  EXPECT_EQ(session.status.snapstash->members[1].phase, BackupSession::Phase::kSucceeded);
}

TEST(Part, OfAMemberThatIsNotKnownYetIsEmpty) {
  const auto third = part_of(whole(), 2);
  EXPECT_EQ(third->status, BackupSession::Status());
  EXPECT_FALSE(third->part->began);
}

TEST(SumUp, AddsProgressAndSaysTheWorst) {
  BackupSession session = whole();
  sum_up(session.status, kNow);
  EXPECT_EQ(session.status.snapstash->ready, "3/4");
  EXPECT_FALSE(session.status.snapstash->all_cut_at);
  const auto* retention = find_condition(session.status.conditions, "RetentionPolicyApplied");
  ASSERT_NE(retention, nullptr);
  EXPECT_EQ(retention->status, ConditionStatus::kFalse);
  EXPECT_EQ(retention->message, "Deployment db: blocked");
}

TEST(SumUp, AllAreCutWhenTheLastIs) {
  BackupSession session = whole();
  session.status.snapstash->members[0].all_cut_at = kNow + 5s;
  session.status.snapstash->members[1].all_cut_at = kNow + 3s;
  sum_up(session.status, kNow);
  EXPECT_EQ(session.status.snapstash->all_cut_at, kNow + 5s);
}

TEST(SumUp, SaysWhatAllSayTogether) {
  BackupSession session;
  put_back(part("web", ConditionStatus::kTrue, "one goes.", 2), 0, kNow, session.status);
  put_back(part("db", ConditionStatus::kTrue, "two go.", 2), 1, kNow, session.status);
  sum_up(session.status, kNow);
  EXPECT_EQ(
      find_condition(session.status.conditions, "RetentionPolicyApplied")->message,
      "Deployment web: one goes. Deployment db: two go."
  );
}

}  // namespace
}  // namespace snapstash::batch
