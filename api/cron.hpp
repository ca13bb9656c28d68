#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::api {

/// A schedule as Kubernetes' CronJob controller understands it (robfig/cron v3, ParseStandard). In each set, bit n is
/// the value n. A day matches when both day fields do; if both are restricted (neither is a star), when either does.
struct CronSchedule {
  std::uint64_t minutes = 0, hours = 0, days_of_month = 0, months = 0, days_of_week = 0;  ///< Sunday is 0.
  bool any_day_of_month = false, any_day_of_week = false;  ///< The field is a star (`*`, `?`, `*/1`).
  std::optional<Duration> every;                           ///< `@every 1h`; then the sets are empty. At least 1 s.
  friend bool operator==(const CronSchedule&, const CronSchedule&) = default;
};

/// Reads five fields (minute, hour, day of month, month, day of week) of `*`, `?`, numbers, names (JAN-DEC, SUN-SAT),
/// ranges, steps and lists, or a macro (@hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually,
/// `@every <duration>`).
/// Errors: kInvalid, a sentence that names the field and what is wrong with it. TZ= and CRON_TZ= are refused, as
/// Kubernetes does. One thing is stricter than there: a field of commas alone, which would never match, is an error.
Result<CronSchedule> parse_cron(std::string_view text);

}  // namespace snapstash::api
