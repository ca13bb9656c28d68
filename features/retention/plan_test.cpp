#include "features/retention/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::retention {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// `count` ready snapshots, an hour apart, the newest "data-<count>".
std::vector<Snapshot> snapshots(int count) {
  std::vector<Snapshot> all;
  for (int i = 1; i <= count; ++i) {
    all.push_back({.name = "data-" + std::to_string(i), .uid = "u", .created = WallTime(i * 1h), .ready = true});
  }
  return all;
}

TEST(Plan, LetsGoWhatASchedulePutsBeyondThePolicy) {
  const Plan made = plan("data", {.last = 3}, snapshots(4), {});
  EXPECT_FALSE(made.blocked);
  EXPECT_THAT(made.going(), SizeIs(1));
}

TEST(Plan, ASingleSnapshotMayAlwaysGo) {
  EXPECT_FALSE(plan("data", {.last = 1}, snapshots(2), {.percent = 0}).blocked);
}

TEST(Plan, MoreThanTheBreakersShareStops) {
  EXPECT_FALSE(plan("data", {.last = 3}, snapshots(6), {}).blocked);  // half is not more than half
  const Plan made = plan("data", {.last = 2}, snapshots(6), {});
  EXPECT_TRUE(made.blocked);
  EXPECT_THAT(made.going(), IsEmpty());
  EXPECT_THAT(made.surplus(), SizeIs(4));
  EXPECT_FALSE(plan("data", {.last = 2}, snapshots(6), {.percent = 100}).blocked);
  EXPECT_TRUE(plan("data", {.last = 4}, snapshots(6), {.percent = 10}).blocked);
}

TEST(Plan, AnApprovalIsForOnePolicy) {
  EXPECT_FALSE(plan("data", {.last = 2}, snapshots(6), {.approved = {"keepLast=2"}}).blocked);
  EXPECT_TRUE(plan("data", {.last = 1}, snapshots(6), {.approved = {"keepLast=2"}}).blocked);
}

TEST(Plan, AbandonedOnesDoNotTripTheBreaker) {
  auto all = snapshots(2);
  for (int i = 0; i < 8; ++i) {
    all.push_back({.name = "broken-" + std::to_string(i), .uid = "u", .created = WallTime(90min), .abandoned = true});
  }
  const Plan made = plan("data", {.last = 5}, std::move(all), {});
  EXPECT_FALSE(made.blocked);
  EXPECT_THAT(made.going(), SizeIs(8));
}

TEST(Describe, NamesWhatIsKept) {
  EXPECT_EQ(describe({.last = 3, .daily = 7, .yearly = -1}), "keepLast=3,keepDaily=7");
  EXPECT_EQ(describe({}), "keepAll");
}

TEST(Summary, NamesWhatGoes) {
  const std::vector plans{
      plan("data", {.last = 3}, snapshots(4), {}), plan("logs", {.last = 3}, snapshots(1), {}),
      plan("wal", {.last = 1}, snapshots(2), {})
  };
  EXPECT_EQ(summary(plans, false), "Deletes 1 of 4 snapshots of data: data-1; 1 of 2 snapshots of wal: data-1.");
  EXPECT_THAT(summary(plans, true), testing::StartsWith("Would delete 1 of 4 snapshots of data"));
  EXPECT_EQ(summary(std::span(plans).subspan(1, 1), false), "Nothing to delete: 1 snapshot is kept.");
}

TEST(Summary, StaysShort) {
  const std::vector plans{plan("data", {.last = 1}, snapshots(1000), {.percent = 100})};
  const std::string text = summary(plans, false);
  EXPECT_THAT(text, HasSubstr(" and 989 more"));
  EXPECT_LT(text.size(), 250U);
}

TEST(ExplainBlocked, GivesTheCommandThatApproves) {
  const Policy policy{.last = 2};
  const std::vector plans{plan("data", policy, snapshots(6), {}), plan("logs", policy, snapshots(2), {})};
  EXPECT_EQ(
      explain_blocked(plans, policy, "backupconfiguration", "demo", "web"),
      "The retention policy would delete 4 of 6 snapshots of data at once, so nothing of that is deleted. If that is "
      "what you want: kubectl annotate backupconfiguration -n demo web --overwrite "
      "snapstash.dev/approve-retention=keepLast=2"
  );
}

}  // namespace
}  // namespace snapstash::retention
