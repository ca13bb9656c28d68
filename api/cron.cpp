#include "api/cron.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/sentences.hpp"

namespace snapstash::api {

namespace {

struct FieldBounds {
  std::string_view name;
  int minimum, maximum;
  std::span<const std::string_view> words;  // the names of minimum, minimum + 1, …
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<FieldBounds, 5> kFields{{
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month", 1, 12, kMonths},
    {"day of week", 0, 6, kDays},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kMacros{{
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
}};

struct FieldSet {
  std::uint64_t values = 0;
  bool star = false;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_at_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(kSpace), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::unexpected<Error> wrong(const FieldBounds& bounds, std::string_view part, std::string_view why) {
  return fail(Code::kInvalid, fmt::format("{} \"{}\": {}", bounds.name, part, why));
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

// As Go's Atoi, of numbers that are not negative.
std::optional<int> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.front() == '-') return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<int> parse_value(std::string_view text, const FieldBounds& bounds) {
  const auto word = std::ranges::find(bounds.words, lower(text));
  if (word != bounds.words.end()) return bounds.minimum + static_cast<int>(word - bounds.words.begin());
  return parse_number(text);
}

struct Range {
  int begin, end;
  int step = 1;
  bool star = false;
};

std::unexpected<Error> not_a_value(const FieldBounds& bounds, std::string_view part) {
  std::string_view what = bounds.words.empty() ? "" : bounds.maximum == 12 ? ", or JAN to DEC" : ", or SUN to SAT";
  return wrong(bounds, part, fmt::format("expected a number from {} to {}{}", bounds.minimum, bounds.maximum, what));
}

Result<Range> parse_bounds(std::string_view text, std::string_view part, const FieldBounds& bounds) {
  const auto ends = split(text, '-');
  if (ends.front() == "*" || ends.front() == "?") return Range{bounds.minimum, bounds.maximum, 1, true};
  if (ends.size() > 2) return wrong(bounds, part, "too many hyphens");
  const auto begin = parse_value(ends.front(), bounds);
  const auto end = parse_value(ends.back(), bounds);
  if (!begin || !end) return not_a_value(bounds, part);
  return Range{*begin, *end};
}

// `value`, `low-high`, `*`, each optionally with `/step`. A single value with a step goes on to the maximum.
Result<Range> parse_range(std::string_view part, const FieldBounds& bounds) {
  const auto pieces = split(part, '/');
  if (pieces.size() > 2) return wrong(bounds, part, "too many slashes");
  auto range = parse_bounds(pieces.front(), part, bounds);
  if (!range) return range;
  if (pieces.size() == 2) {
    const auto step = parse_number(pieces.back());
    if (!step || *step == 0) return wrong(bounds, part, "the step after / must be a positive number");
    range->step = *step;
    if (pieces.front().find('-') == std::string_view::npos) range->end = bounds.maximum;
    if (*step > 1) range->star = false;
  }
  if (range->begin < bounds.minimum || range->end > bounds.maximum) return not_a_value(bounds, part);
  if (range->begin > range->end) return wrong(bounds, part, "the range ends before it begins");
  return range;
}

Result<FieldSet> parse_field(std::string_view text, const FieldBounds& bounds) {
  FieldSet set;
  for (const auto part : split(text, ',')) {
    if (part.empty()) continue;
    const auto range = parse_range(part, bounds);
    if (!range) return fail(range.error());
    // 64 bits of step are enough; a larger one leaves the first value alone.
    for (int value = range->begin; value <= range->end; value += std::min(range->step, 64)) {
      set.values |= std::uint64_t{1} << value;
    }
    set.star = set.star || range->star;
  }
  if (set.values == 0) return wrong(bounds, text, "no value");
  return set;
}

Result<CronSchedule> parse_macro(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with(kEvery)) {
    const auto interval = parse_duration(text.substr(kEvery.size()));
    if (!interval)
      return fail(Code::kInvalid, fmt::format("\"{}\": {}", text, "expected a duration such as 90m after @every"));
    const Duration whole = std::chrono::floor<std::chrono::seconds>(*interval);
    CronSchedule schedule;
    schedule.every = std::max<Duration>(whole, std::chrono::seconds(1));
    return schedule;
  }
  const auto macro = std::ranges::find(kMacros, text, &std::pair<std::string_view, std::string_view>::first);
  if (macro == kMacros.end())
    return fail(Code::kInvalid, fmt::format("\"{}\" is unknown: {}", text, kScheduleSentence));
  return parse_cron(macro->second);
}

}  // namespace

Result<CronSchedule> parse_cron(std::string_view text) {
  if (text.find("TZ") != std::string_view::npos) return fail(Code::kInvalid, std::string(kScheduleZoneSentence));
  if (text.starts_with('@')) return parse_macro(text);
  const auto words = split_at_space(text);
  if (words.size() != kFields.size()) {
    return fail(Code::kInvalid, fmt::format("\"{}\" has {} field(s): {}", text, words.size(), kScheduleSentence));
  }
  std::array<FieldSet, kFields.size()> sets;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    auto set = parse_field(words[i], kFields[i]);
    if (!set) return fail(std::move(set).error());
    sets[i] = *set;
  }
  return CronSchedule{
      .minutes = sets[0].values,
      .hours = sets[1].values,
      .days_of_month = sets[2].values,
      .months = sets[3].values,
      .days_of_week = sets[4].values,
      .any_day_of_month = sets[2].star,
      .any_day_of_week = sets[4].star,
      .every = std::nullopt,
  };
}

}  // namespace snapstash::api
