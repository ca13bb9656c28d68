#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "api/cron.hpp"
#include "sim/admission/rule_parts.hpp"

/// robfig/cron v3's sentences (parser.go: getField, getRange); what is right is api::parse_cron's business.
namespace snapstash::sim::rules {
namespace {

struct Bounds {
  int least, most;
  std::vector<std::string_view> names;  ///< of `least`, and so on
};

const std::array<Bounds, 5>& fields() {
  static const std::array<Bounds, 5> all{
      Bounds{0, 59, {}}, Bounds{0, 23, {}}, Bounds{1, 31, {}},
      Bounds{1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      Bounds{0, 6, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}
  };
  return all;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators, bool keep_empty) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find_first_of(separators);
    if (keep_empty || !text.substr(0, end).empty()) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A number, or why it is none.
struct Number {
  int value = 0;
  std::string wrong;
};

Number number_in(std::string_view text, const Bounds& bounds, std::string_view expression) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto name = std::ranges::find(bounds.names, lower);
  if (name != bounds.names.end()) return {bounds.least + static_cast<int>(name - bounds.names.begin()), ""};
  Number number;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number.value);
  if (failed != std::errc() || end != text.data() + text.size()) {
    number.wrong =
        fmt::format("failed to parse int from {}: strconv.Atoi: parsing \"{}\": invalid syntax", expression, text);
  } else if (number.value < 0) {
    number.wrong = fmt::format("negative number ({}) not allowed: {}", number.value, expression);
  }
  return number;
}

std::string wrong_with_range(std::string_view expression, const Bounds& bounds) {
  const auto parts = split(expression, "/", true);
  const auto ends = split(parts.front(), "-", true);
  int start = bounds.least, end = bounds.most;
  if (ends.front() != "*" && ends.front() != "?") {
    if (ends.size() > 2) return fmt::format("too many hyphens: {}", expression);
    const Number low = number_in(ends.front(), bounds, expression);
    const Number high = ends.size() == 2 ? number_in(ends.back(), bounds, expression) : low;
    if (!low.wrong.empty() || !high.wrong.empty()) return low.wrong.empty() ? high.wrong : low.wrong;
    start = low.value;
    end = high.value;
  }
  if (parts.size() > 2) return fmt::format("too many slashes: {}", expression);
  int step = 1;
  if (parts.size() == 2) {
    const Number given = number_in(parts.back(), {0, 0, {}}, expression);
    if (!given.wrong.empty()) return given.wrong;
    step = given.value;
    if (ends.size() == 1) end = bounds.most;
  }
  if (start < bounds.least) {
    return fmt::format("beginning of range ({}) below minimum ({}): {}", start, bounds.least, expression);
  }
  if (end > bounds.most) return fmt::format("end of range ({}) above maximum ({}): {}", end, bounds.most, expression);
  if (start > end) {
    return fmt::format("beginning of range ({}) beyond end of range ({}): {}", start, end, expression);
  }
  return step == 0 ? fmt::format("step of range should be a positive number: {}", expression) : "";
}

}  // namespace

std::string wrong_with_schedule(std::string_view schedule) {
  if (schedule.starts_with("@every ")) {
    const std::string_view duration = schedule.substr(std::string_view("@every ").size());
    return fmt::format("failed to parse duration {}: time: invalid duration \"{}\"", schedule, duration);
  }
  if (schedule.starts_with('@')) return fmt::format("unrecognized descriptor: {}", schedule);
  const auto words = split(schedule, " \t\n", false);
  if (words.size() != fields().size()) {
    return fmt::format("expected exactly 5 fields, found {}: [{}]", words.size(), fmt::join(words, " "));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const std::string_view range : split(words[i], ",", false)) {
      if (std::string wrong = wrong_with_range(range, fields()[i]); !wrong.empty()) return wrong;
    }
  }
  const auto parsed = api::parse_cron(schedule);
  return parsed ? "" : parsed.error().message;
}

}  // namespace snapstash::sim::rules
