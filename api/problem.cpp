#include "api/problem.hpp"

#include <fmt/format.h>

namespace snapstash::api {

std::string describe(const Problems& problems) {
  std::string text;
  for (const auto& [field, message] : problems) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", field, message);
  }
  return text;
}

}  // namespace snapstash::api
