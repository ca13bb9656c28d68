#pragma once
#include <optional>

#include "api/cron.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::metrics {

/// Returns the first slot of a schedule after `after`, in UTC; nothing when there is none within eight years (a 30th of
/// February), or for `@every`, whose slots depend on when the CronJob was made. Pure.
std::optional<WallTime> next_slot(const api::CronSchedule& schedule, WallTime after);

/// Returns how long two slots after `now` are apart: what a backup's age is compared with. For `@every` its duration;
/// nothing when there are no two slots. Pure.
std::optional<Duration> interval(const api::CronSchedule& schedule, WallTime now);

}  // namespace snapstash::metrics
