#include "kernel/kube/condition.hpp"

#include <gmock/gmock.h>

namespace snapstash::kube {
namespace {

constexpr WallTime kThen{std::chrono::seconds(1000)}, kNow{std::chrono::seconds(2000)};

Condition condition(const std::string& type, ConditionStatus status, const std::string& message, WallTime time) {
  return {.type = type, .status = status, .reason = "R", .message = message, .last_transition_time = time};
}

TEST(SetCondition, AddsAndReplacesByType) {
  std::vector<Condition> conditions;
  set_condition(conditions, condition("A", ConditionStatus::kTrue, "m", kThen));
  set_condition(conditions, condition("B", ConditionStatus::kTrue, "m", kThen));
  set_condition(conditions, condition("A", ConditionStatus::kFalse, "m", kNow));
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0], condition("A", ConditionStatus::kFalse, "m", kNow));
  EXPECT_EQ(conditions[1].type, "B");
}

TEST(SetCondition, KeepsTheTimeOfAnUnchangedCondition) {
  std::vector<Condition> conditions{condition("A", ConditionStatus::kTrue, "m", kThen)};
  set_condition(conditions, condition("A", ConditionStatus::kTrue, "m", kNow));
  EXPECT_EQ(conditions[0].last_transition_time, kThen);
  set_condition(conditions, condition("A", ConditionStatus::kTrue, "other", kNow));
  EXPECT_EQ(conditions[0].last_transition_time, kNow);
}

TEST(FindCondition, FindsByType) {
  const std::vector<Condition> conditions{condition("A", ConditionStatus::kUnknown, "m", kThen)};
  EXPECT_EQ(find_condition(conditions, "A"), &conditions[0]);
  EXPECT_EQ(find_condition(conditions, "B"), nullptr);
  EXPECT_TRUE(has_condition(conditions, "A", ConditionStatus::kUnknown));
  EXPECT_FALSE(has_condition(conditions, "A", ConditionStatus::kTrue));
  EXPECT_FALSE(has_condition(conditions, "B", ConditionStatus::kUnknown));
}

}  // namespace
}  // namespace snapstash::kube
