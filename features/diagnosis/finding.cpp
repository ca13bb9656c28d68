#include "features/diagnosis/finding.hpp"

namespace snapstash::diagnosis {

std::string message_of(
    const std::vector<kube::Condition>& conditions, std::string_view type, kube::ConditionStatus status
) {
  const auto* condition = kube::find_condition(conditions, type);
  return condition != nullptr && condition->status == status ? condition->message.str() : std::string();
}

}  // namespace snapstash::diagnosis
