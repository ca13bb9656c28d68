#include "features/restore_batch/part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/restore_batch/sample_batch.hpp"

namespace snapstash::restore_batch {
namespace {

using namespace std::chrono_literals;
using api::RestoreBatch;
using api::RestoreSession;
using kube::ConditionStatus;
using MemberPhase = RestoreBatch::MemberPhase;

constexpr WallTime kNow{1'700'000'000s};

kube::Condition condition(std::string type, ConditionStatus status, std::string message = "") {
  return {.type = type, .status = status, .reason = "R", .message = message, .last_transition_time = kNow};
}

RestoreSession::Status status_of_part(RestoreSession::Phase phase) {
  RestoreSession::Status status;
  status.phase = phase;
  status.total_hosts = 1;
  status.stats.push_back({"web", api::HostRestoreStats::Phase::kRunning, "", ""});
  status.conditions.push_back(condition("RestoreExecutorEnsured", ConditionStatus::kTrue));
  return status;
}

RestoreBatch batch() {
  RestoreBatch made = sample_batch({"web", "db"}, kNow);
  made.spec.time_out = "1h";
  made.spec.members[0].hooks.edit().pre_restore.emplace();
  lay_out(made, made.status);
  return made;
}

TEST(RestorePart, IsASessionOfOneMember) {
  const auto part = part_of(batch(), 0, kNow + 1min);
  EXPECT_EQ(part->metadata.name, "back");
  EXPECT_EQ(part->spec.driver, api::Driver::kVolumeSnapshotter);
  EXPECT_EQ(part->spec.target, batch().spec.members[0].target);
  EXPECT_EQ(part->spec.time_out, "1h");
  EXPECT_TRUE(part->spec.hooks.pre_restore);
  EXPECT_EQ(part->part->member, 0);
  EXPECT_EQ(part->part->began, kNow + 1min);
}

TEST(RestorePart, ComesBackAsItWasPut) {
  RestoreBatch whole = batch();
  const auto part = part_of(whole, 1, kNow + 1min);
  put_back(*part, status_of_part(RestoreSession::Phase::kRunning), whole.status);
  const auto again = part_of(whole, 1, kNow + 2min);
  EXPECT_EQ(again->status, status_of_part(RestoreSession::Phase::kRunning));
  EXPECT_EQ(again->part->began, kNow + 1min);
  EXPECT_EQ(whole.status.members[0].phase, MemberPhase::kPending);
}

TEST(RestorePart, PutBackUnchangedChangesNothing) {
  RestoreBatch whole = batch();
  put_back(*part_of(whole, 0, kNow), status_of_part(RestoreSession::Phase::kUnknown), whole.status);
  RestoreBatch::Status status = whole.status;
  const auto part = part_of(whole, 0, kNow + 1h);
  put_back(*part, part->status, status);
  EXPECT_EQ(status, whole.status);
}

TEST(RestorePart, ThatIsInvalidHasFailed) {
  RestoreBatch whole = batch();
  put_back(*part_of(whole, 0, kNow), status_of_part(RestoreSession::Phase::kInvalid), whole.status);
  EXPECT_EQ(whole.status.members[0].phase, MemberPhase::kFailed);
}

TEST(LayOut, NamesTargetsOnlyWhereThereAreAny) {
  RestoreBatch made = sample_batch({"web", "db"}, kNow);
  made.spec.members[1].target->ref = api::TargetRef{"apps/v1", "Deployment", "db", ""};
  lay_out(made, made.status);
  EXPECT_EQ(made.status.members[0].ref, api::TargetRef());
  EXPECT_EQ(made.status.members[1].ref.namespace_, "demo");
  EXPECT_EQ(name_of(made.status.members[0], 0), "member 0");
  EXPECT_EQ(name_of(made.status.members[1], 1), "Deployment db");
  const RestoreBatch::Status before = made.status;
  lay_out(made, made.status);
  EXPECT_EQ(made.status, before);
}

TEST(RestoreSumUp, SaysWhichMemberStandsStill) {
  RestoreBatch whole = batch();
  whole.status.members[0].conditions.push_back(condition("Stalled", ConditionStatus::kFalse));
  whole.status.members[1].conditions.push_back(condition("Stalled", ConditionStatus::kTrue, "no node"));
  sum_up(whole.status, kNow);
  const auto* stalled = kube::find_condition(whole.status.conditions, "Stalled");
  ASSERT_NE(stalled, nullptr);
  EXPECT_EQ(stalled->status, ConditionStatus::kTrue);
  EXPECT_EQ(stalled->message, "member 1: no node");
  EXPECT_EQ(kube::find_condition(whole.status.conditions, "DeadlineExceeded"), nullptr);
}

TEST(SecondLook, IsOfMembersThatHaveBegunAndWaitForNoTarget) {
  RestoreBatch whole = batch();
  EXPECT_FALSE(second_look(whole.status, 0));
  put_back(*part_of(whole, 0, kNow), status_of_part(RestoreSession::Phase::kPending), whole.status);
  EXPECT_EQ(second_look(whole.status, 0), kNow + 5s);
  whole.status.members[0].conditions.push_back(condition("RestoreTargetFound", ConditionStatus::kFalse));
  EXPECT_FALSE(second_look(whole.status, 0));
  put_back(*part_of(whole, 0, kNow), status_of_part(RestoreSession::Phase::kRunning), whole.status);
  EXPECT_FALSE(second_look(whole.status, 0));
}

}  // namespace
}  // namespace snapstash::restore_batch
