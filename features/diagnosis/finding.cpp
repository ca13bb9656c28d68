#include "features/diagnosis/finding.hpp"

#include <fmt/format.h>

namespace snapstash::diagnosis {

std::string name_of(const api::RestoreSession& session) {
  const auto& metadata = session.metadata;
  if (!session.part) return fmt::format("RestoreSession {}/{}", metadata.namespace_, metadata.name);
  return fmt::format("member {} of RestoreBatch {}/{}", session.part->member, metadata.namespace_, metadata.name);
}

std::string message_of(
    const std::vector<kube::Condition>& conditions, std::string_view type, kube::ConditionStatus status
) {
  const auto* condition = kube::find_condition(conditions, type);
  return condition != nullptr && condition->status == status ? condition->message.str() : std::string();
}

}  // namespace snapstash::diagnosis
