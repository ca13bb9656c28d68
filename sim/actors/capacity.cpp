#include "sim/actors/capacity.hpp"

#include <charconv>
#include <utility>

namespace snapstash::sim {

std::int64_t bytes_of(std::string_view quantity) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(quantity.data(), quantity.data() + quantity.size(), number);
  if (failed != std::errc()) return 0;
  const std::string_view suffix(end, static_cast<std::size_t>(quantity.data() + quantity.size() - end));
  static constexpr std::pair<std::string_view, std::int64_t> kFactors[] = {
      {"", 1},           {"k", 1'000},    {"M", 1'000'000},  {"G", 1'000'000'000}, {"T", 1'000'000'000'000},
      {"Ki", 1LL << 10}, {"Mi", 1 << 20}, {"Gi", 1LL << 30}, {"Ti", 1LL << 40}
  };
  for (const auto& [name, factor] : kFactors) {
    if (name == suffix) return number * factor;
  }
  return 0;
}

}  // namespace snapstash::sim
