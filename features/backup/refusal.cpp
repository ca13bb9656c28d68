#include "features/backup/refusal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/jobs/refusal.hpp"
#include "features/retention/plan.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::backup {
namespace {

/// Whether the API server has been refusing long enough: a backup that is done must not wait for ever for what comes
/// after it. A single refusal may be a server that has just started.
bool is_patience_over(const Sight& sight) {
  const auto* announced = kube::find_condition(sight.session->status.conditions, retention::kCondition);
  const WallTime since = announced == nullptr ? sight.seen.created : announced->last_transition_time;
  return sight.seen.now >= since + kCleanUpPatience;
}

}  // namespace

bool bears(const Sight& sight, const Effect& effect, const Error& error, Decision& decision) {
  if (!kube::is_refusal(error)) return false;
  if (std::holds_alternative<CreateJob>(effect) || std::holds_alternative<CreateHookJob>(effect)) {
    // Known not to work for now (quota, admission): said in the status, tried again until the clock runs out.
    decision.stall_reason = jobs::kRefused;
    decision.stalled = jobs::explain_refusal(error);
    decision.look_again = std::min(decision.look_again.value_or(WallTime::max()), sight.seen.now + jobs::kRefusedDelay);
    return true;
  }
  if (!is_patience_over(sight)) return false;
  if (std::holds_alternative<ApplyRetention>(effect)) {
    decision.retention_error = fmt::format("Failed to delete what the policy lets go: {}", error.message);
    return true;
  }
  if (std::holds_alternative<CleanHistory>(effect)) {
    decision.history_error = fmt::format("Failed to delete old BackupSessions: {}", error.message);
    return true;
  }
  return false;
}

}  // namespace snapstash::backup
