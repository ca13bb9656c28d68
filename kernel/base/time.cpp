#include "kernel/base/time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace snapstash {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::string format_seconds(WallTime time) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<seconds>(time) - day);
  return fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count()
  );
}

/// Eats exactly `width` digits, or fails.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// Reads ".123456789" as microseconds; digits beyond the sixth are dropped.
std::optional<microseconds> take_fraction(std::string_view& text) {
  if (!take_char(text, '.')) return microseconds(0);
  std::int64_t value = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < 6) value = value * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return microseconds(value);
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (take_char(text, 'Z') || take_char(text, 'z')) return minutes(0);
  const bool negative = !text.empty() && text.front() == '-';
  if (!take_char(text, '+') && !take_char(text, '-')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  const auto offset = hours(*hour) + minutes(*minute);
  return negative ? -offset : offset;
}

struct Unit {
  std::string_view name;
  Duration length;
};

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 8> kUnits{{
    {"ns", nanoseconds(1)},
    {"us", microseconds(1)},
    {"\xC2\xB5s", microseconds(1)},  // U+00B5, micro sign
    {"\xCE\xBCs", microseconds(1)},  // U+03BC, Greek mu
    {"ms", std::chrono::milliseconds(1)},
    {"s", seconds(1)},
    {"m", minutes(1)},
    {"h", hours(1)},
}};

std::optional<Duration> take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit.length;
    }
  }
  return std::nullopt;
}

/// Reads digits with an optional fraction; at least one digit in all.
std::optional<long double> take_decimal(std::string_view& text) {
  long double value = 0;
  long double scale = 1;
  bool any = false;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), any = true) {
    value = value * 10 + (text.front() - '0');
  }
  if (take_char(text, '.')) {
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), any = true) {
      scale /= 10;
      value += (text.front() - '0') * scale;
    }
  }
  if (!any) return std::nullopt;
  return value;
}

/// "1.5" from 1'500'000 parts of 1'000'000, without trailing zeros.
std::string decimal(std::int64_t value, std::int64_t unit) {
  std::string text = fmt::format("{}", value / unit);
  std::int64_t rest = value % unit;
  if (rest == 0) return text;
  text += '.';
  for (std::int64_t place = unit / 10; rest > 0; place /= 10) {
    text += static_cast<char>('0' + rest / place);
    rest %= place;
  }
  return text;
}

}  // namespace

std::string format_time(WallTime time) { return format_seconds(time) + "Z"; }

std::string format_micro_time(WallTime time) {
  const auto fraction = (time - floor<seconds>(time)).count();
  return fmt::format("{}.{:06}Z", format_seconds(time), fraction);
}

namespace {

// An offset or a leap second can lead out of the years that RFC 3339 has.
bool has_four_digits(WallTime time) {
  using std::chrono::year;
  const auto begin = std::chrono::sys_days(year(0) / 1 / 1);
  const auto end = std::chrono::sys_days(year(10'000) / 1 / 1);
  return time >= begin && time < end;
}

}  // namespace

std::optional<WallTime> parse_time(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take_char(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_char(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || (!take_char(text, 'T') && !take_char(text, 't'))) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take_char(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day))
  };
  if (!date.ok()) return std::nullopt;
  const WallTime time =
      std::chrono::sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + *fraction - *offset;
  return has_four_digits(time) ? std::optional(time) : std::nullopt;
}

std::int64_t unix_seconds(WallTime time) { return floor<seconds>(time).time_since_epoch().count(); }

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = take_char(text, '-');
  if (!negative) take_char(text, '+');
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const auto value = take_decimal(text);
    if (!value) return std::nullopt;
    const auto unit = take_unit(text);
    if (!unit) return std::nullopt;
    total += *value * static_cast<long double>(unit->count());
  }
  if (total >= static_cast<long double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  // Adding half a nanosecond undoes the rounding of decimal fractions such as 0.1.
  const auto count = static_cast<std::int64_t>(std::floor(total + 0.5L));
  return Duration(negative ? -count : count);
}

std::string format_duration(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  if (count < 0) return "-" + format_duration(-duration);
  if (count < 1'000) return fmt::format("{}ns", count);
  if (count < 1'000'000) return decimal(count, 1'000) + "µs";
  if (count < 1'000'000'000) return decimal(count, 1'000'000) + "ms";
  const std::int64_t minute = 60LL * 1'000'000'000;
  const std::int64_t hour = 60 * minute;
  std::string text;
  if (count >= hour) text += fmt::format("{}h", count / hour);
  if (count >= minute) text += fmt::format("{}m", count % hour / minute);
  return text + decimal(count % minute, 1'000'000'000) + "s";
}

WallTime SystemClock::now() const {
  return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

}  // namespace snapstash
