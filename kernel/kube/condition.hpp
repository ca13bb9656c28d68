#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "kernel/base/text.hpp"
#include "kernel/base/time.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::kube {

enum class ConditionStatus { kTrue, kFalse, kUnknown };

/// One aspect of an object's state. The shape is that of Stash's kinds (kmapi Condition); built-in kinds have the same
/// members, severity aside.
struct Condition {
  Text type;
  ConditionStatus status = ConditionStatus::kUnknown;
  Text reason, message;
  WallTime last_transition_time;
  std::optional<std::int64_t> observed_generation;
  Text severity;
  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Returns the condition of that type, or nullptr.
const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type);

/// Whether the condition of that type is there and has that status.
bool has_condition(const std::vector<Condition>& conditions, std::string_view type, ConditionStatus status);

/// Adds `condition` or puts it in the place of the one of its type; leaves that one alone, its time included, when
/// status, reason and message are the same (as Stash does).
void set_condition(std::vector<Condition>& conditions, Condition condition);

}  // namespace snapstash::kube

namespace snapstash::json {

template <>
struct EnumNames<kube::ConditionStatus> {
  static constexpr std::array<std::string_view, 3> values{"True", "False", "Unknown"};
};

template <>
struct Description<kube::Condition> {
  using T = kube::Condition;
  static constexpr std::tuple fields{
      field("type", &T::type, "Name of the condition.").required(),
      field("status", &T::status, "Whether it holds.").required(),
      field("reason", &T::reason, "Why, in one CamelCase word."),
      field("message", &T::message, "Why, in a sentence."),
      field("lastTransitionTime", &T::last_transition_time, "When it last changed.").required(),
      field("observedGeneration", &T::observed_generation, "Generation of the object that this was decided for."),
      field("severity", &T::severity, "How bad it is when it does not hold; empty means an error."),
  };
};

}  // namespace snapstash::json
