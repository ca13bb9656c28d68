#include "features/metrics/slots.hpp"

namespace snapstash::metrics {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

bool has(std::uint64_t set, unsigned value) { return (set >> value & 1U) != 0; }

/// cron's rule: both day fields must match, but when both are restricted, one is enough.
bool day_matches(const api::CronSchedule& schedule, sys_days day) {
  const std::chrono::year_month_day date(day);
  if (!has(schedule.months, static_cast<unsigned>(date.month()))) return false;
  const bool of_month = has(schedule.days_of_month, static_cast<unsigned>(date.day()));
  const bool of_week = has(schedule.days_of_week, std::chrono::weekday(day).c_encoding());
  if (schedule.any_day_of_month || schedule.any_day_of_week) return of_month && of_week;
  return of_month || of_week;
}

/// The first matching minute of a day that is not before `from`.
std::optional<WallTime> slot_in(const api::CronSchedule& schedule, sys_days day, WallTime from) {
  for (unsigned hour = 0; hour < 24; ++hour) {
    if (!has(schedule.hours, hour) || WallTime(day) + hours(hour + 1) <= from) continue;
    for (unsigned minute = 0; minute < 60; ++minute) {
      const WallTime slot = WallTime(day) + hours(hour) + minutes(minute);
      if (has(schedule.minutes, minute) && slot >= from) return slot;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<WallTime> next_slot(const api::CronSchedule& schedule, WallTime after) {
  if (schedule.every) return std::nullopt;
  constexpr int kDays = 8 * 366;  // the longest wait for a 29th of February, across 2100
  const WallTime from = floor<minutes>(after) + minutes(1);
  sys_days day = floor<days>(from);
  for (int i = 0; i < kDays; ++i, day += days(1)) {
    if (!day_matches(schedule, day)) continue;
    if (const auto slot = slot_in(schedule, day, from)) return slot;
  }
  return std::nullopt;
}

std::optional<Duration> interval(const api::CronSchedule& schedule, WallTime now) {
  if (schedule.every) return schedule.every;
  const auto first = next_slot(schedule, now);
  if (!first) return std::nullopt;
  const auto second = next_slot(schedule, *first);
  if (!second) return std::nullopt;
  return *second - *first;
}

}  // namespace snapstash::metrics
