#include "features/batch/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::batch {

std::optional<kube::Condition> summary(const std::vector<Voice>& voices, const Weighed& kept, WallTime now) {
  std::optional<kube::Condition> heaviest;
  std::string message;
  const auto weight = [&](kube::ConditionStatus status) { return std::ranges::find(kept.by_weight, status); };
  for (const Voice& voice : voices) {
    const auto* found = kube::find_condition(voice.conditions, kept.type);
    if (found == nullptr) continue;
    if (!heaviest || weight(found->status) < weight(heaviest->status)) {
      heaviest = *found;
      message.clear();
    }
    if (found->status != heaviest->status || found->message.empty()) continue;
    message += fmt::format("{}{}: {}", message.empty() ? "" : " ", voice.name, found->message);
  }
  if (!heaviest) return std::nullopt;
  heaviest->message = message;
  heaviest->last_transition_time = now;
  return heaviest;
}

}  // namespace snapstash::batch
