#pragma once
#include <optional>

#include "api/cron.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::sim {

/// Returns the first time of a schedule after `after`, in UTC; nothing within five years (robfig/cron's own limit).
/// For `@every`, `after` is what it counts from.
std::optional<WallTime> next_slot(const api::CronSchedule& schedule, WallTime after);

/// Returns the last time of a schedule in (after, until]; nothing when there is none.
std::optional<WallTime> last_slot(const api::CronSchedule& schedule, WallTime after, WallTime until);

}  // namespace snapstash::sim
