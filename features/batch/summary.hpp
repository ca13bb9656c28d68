#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/kube/condition.hpp"

/// What all members of a batch together say under a condition that each may have. Pure.
namespace snapstash::batch {

/// A condition, and which of its states weighs most: when one member has it, the whole batch has.
struct Weighed {
  std::string_view type;
  std::array<kube::ConditionStatus, 3> by_weight;
};

inline constexpr Weighed kStalled{
    "Stalled", {kube::ConditionStatus::kTrue, kube::ConditionStatus::kUnknown, kube::ConditionStatus::kFalse}
};
inline constexpr Weighed kDeadlineExceeded{"DeadlineExceeded", kStalled.by_weight};

/// What one member says.
struct Voice {
  std::string name;
  const std::vector<kube::Condition>& conditions;
};

/// Returns what they say together, with whose words it is; nothing when none of them has the condition.
std::optional<kube::Condition> summary(const std::vector<Voice>& voices, const Weighed& kept, WallTime now);

}  // namespace snapstash::batch
