#include "sim/actors/cron_slots.hpp"

namespace snapstash::sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

bool holds(std::uint64_t set, unsigned value) { return (set >> value & 1) != 0; }

bool is_day_of(const api::CronSchedule& schedule, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  if (!holds(schedule.months, unsigned(date.month()))) return false;
  const bool of_month = holds(schedule.days_of_month, unsigned(date.day()));
  const bool of_week = holds(schedule.days_of_week, std::chrono::weekday(day).c_encoding());
  const bool either = !schedule.any_day_of_month && !schedule.any_day_of_week;
  return either ? of_month || of_week : of_month && of_week;
}

}  // namespace

std::optional<WallTime> next_slot(const api::CronSchedule& schedule, WallTime after) {
  if (schedule.every) {
    const auto step = std::chrono::floor<std::chrono::seconds>(*schedule.every);
    return std::chrono::floor<std::chrono::seconds>(after) + step;
  }
  WallTime time = std::chrono::floor<minutes>(after) + minutes(1);
  const WallTime limit = after + days(5 * 366);
  while (time < limit) {
    const auto day = std::chrono::floor<days>(time);
    if (!is_day_of(schedule, day)) {
      time = day + days(1);
      continue;
    }
    const auto hour = std::chrono::floor<hours>(time);
    if (!holds(schedule.hours, static_cast<unsigned>((hour - day).count()))) {
      time = hour + hours(1);
      continue;
    }
    const auto minute = std::chrono::floor<minutes>(time);
    if (holds(schedule.minutes, static_cast<unsigned>((minute - hour).count()))) return time;
    time = minute + minutes(1);
  }
  return std::nullopt;
}

std::optional<WallTime> last_slot(const api::CronSchedule& schedule, WallTime after, WallTime until) {
  std::optional<WallTime> last;
  for (auto next = next_slot(schedule, after); next && *next <= until; next = next_slot(schedule, *next)) last = next;
  return last;
}

}  // namespace snapstash::sim
