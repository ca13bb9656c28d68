#include "features/jobs/refusal.hpp"

#include <fmt/format.h>

namespace snapstash::jobs {

std::string explain_refusal(const Error& error) {
  return fmt::format("The API server refused the Job: {}", error.message);
}

std::string refusal_in(const std::vector<kube::Condition>& conditions) {
  const auto* stalled = kube::find_condition(conditions, "Stalled");
  const bool refused =
      stalled != nullptr && stalled->status == kube::ConditionStatus::kTrue && stalled->reason == kRefused;
  return refused ? stalled->message.str() : std::string();
}

}  // namespace snapstash::jobs
