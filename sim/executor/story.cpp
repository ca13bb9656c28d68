#include "sim/executor/story.hpp"

#include <fmt/format.h>

namespace snapstash::sim {

void Story::add(std::string_view who, std::string_view what) {
  // "2026-01-01T00:01:02.000300Z": the day never matters.
  const std::string time = format_micro_time(executor_.clock().now());
  lines_.push_back(fmt::format("{} {:<14} {}", std::string_view(time).substr(11, 12), who, what));
}

}  // namespace snapstash::sim
