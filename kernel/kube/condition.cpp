#include "kernel/kube/condition.hpp"

#include <algorithm>
#include <utility>

namespace snapstash::kube {

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, Text(type), &Condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

bool has_condition(const std::vector<Condition>& conditions, std::string_view type, ConditionStatus status) {
  const Condition* found = find_condition(conditions, type);
  return found != nullptr && found->status == status;
}

void set_condition(std::vector<Condition>& conditions, Condition condition) {
  const auto found = std::ranges::find(conditions, condition.type, &Condition::type);
  if (found == conditions.end()) {
    conditions.push_back(std::move(condition));
    return;
  }
  const bool same =
      found->status == condition.status && found->reason == condition.reason && found->message == condition.message;
  if (!same) *found = std::move(condition);
}

}  // namespace snapstash::kube
