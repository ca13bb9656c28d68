#include "sim/admission/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

struct Suffix {
  std::string_view text;
  int power;  ///< of 1000, or of 1024
};
constexpr std::array kDecimal{Suffix{"n", -3}, Suffix{"u", -2}, Suffix{"m", -1}, Suffix{"", 0},  Suffix{"k", 1},
                              Suffix{"M", 2},  Suffix{"G", 3},  Suffix{"T", 4},  Suffix{"P", 5}, Suffix{"E", 6}};
constexpr std::array kBinary{Suffix{"", 0},   Suffix{"Ki", 1}, Suffix{"Mi", 2}, Suffix{"Gi", 3},
                             Suffix{"Ti", 4}, Suffix{"Pi", 5}, Suffix{"Ei", 6}};

/// A quantity: its number times 1000 or 1024 to the power of its suffix.
struct Quantity {
  double number = 0;
  int power = 0;
  bool binary = false;

  double base() const { return binary ? 1024.0 : 1000.0; }
  double value() const { return number * std::pow(base(), power); }
};

template <class Suffixes>
std::optional<int> find_power(const Suffixes& suffixes, std::string_view text) {
  const auto found = std::ranges::find(suffixes, text, &Suffix::text);
  return found == suffixes.end() ? std::nullopt : std::optional(found->power);
}

template <class Suffixes>
std::optional<std::string_view> find_suffix(const Suffixes& suffixes, int power) {
  const auto found = std::ranges::find(suffixes, power, &Suffix::power);
  return found == suffixes.end() ? std::nullopt : std::optional(found->text);
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  Quantity quantity;
  const auto [stop, failed] = std::from_chars(text.begin(), text.end(), quantity.number, std::chars_format::fixed);
  if (failed != std::errc()) return std::nullopt;
  const std::string_view suffix(stop, text.end());
  if (const auto decimal = find_power(kDecimal, suffix)) {
    quantity.power = *decimal;
  } else if (const auto binary = find_power(kBinary, suffix)) {
    quantity.power = *binary;
    quantity.binary = true;
  } else {
    return std::nullopt;
  }
  return quantity;
}

bool is_whole(double number) { return number == std::floor(number); }

}  // namespace

bool is_quantity(std::string_view text) {
  if (parse_quantity(text)) return true;
  double number = 0;
  const auto [stop, failed] = std::from_chars(text.begin(), text.end(), number, std::chars_format::scientific);
  return failed == std::errc() && stop == text.end();
}

std::string canonical_quantity(std::string_view text) {
  auto quantity = parse_quantity(text);
  if (!quantity) return std::string(text);
  double number = quantity->number;
  int power = quantity->power;
  // Down until nothing is left behind the point, then up as far as it stays so.
  while (!is_whole(number) && power > (quantity->binary ? 0 : -3)) {
    number *= quantity->base();
    --power;
  }
  number = std::ceil(number);
  while (number != 0 && power < 6 && is_whole(number / quantity->base())) {
    number /= quantity->base();
    ++power;
  }
  if (number == 0) return "0";
  const auto suffix = quantity->binary ? find_suffix(kBinary, power) : find_suffix(kDecimal, power);
  return fmt::format("{:.0f}{}", number, suffix.value_or(""));
}

std::partial_ordering compare_quantities(std::string_view a, std::string_view b) {
  const auto left = parse_quantity(a), right = parse_quantity(b);
  if (!left || !right) return std::partial_ordering::unordered;
  return left->value() <=> right->value();
}

}  // namespace snapstash::sim
