#include "kernel/kube/quantity.hpp"

#include <charconv>
#include <limits>

namespace snapstash::kube {
namespace {

// Twenty digits times 2^60 or 10^18 still fit.
__extension__ using Wide = unsigned __int128;
constexpr int kMostDigits = 20;
constexpr Wide kLargest = std::numeric_limits<std::int64_t>::max();

/// mantissa * 10^ten * 2^two
struct Number {
  Wide mantissa = 0;
  int ten = 0;
  int two = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes digits and at most one point off the front of `text`.
std::optional<Number> take_number(std::string_view& text) {
  Number number;
  int significant = 0;
  bool any = false;
  bool in_fraction = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (in_fraction) --number.ten;
    if (number.mantissa != 0 || c != '0') ++significant;
    if (significant > kMostDigits) return std::nullopt;
    number.mantissa = number.mantissa * 10 + static_cast<unsigned>(c - '0');
  }
  if (!any) return std::nullopt;
  return number;
}

bool apply_exponent(std::string_view digits, Number& number) {
  int exponent = 0;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (failed != std::errc() || end != digits.data() + digits.size() || exponent > 1000 || exponent < -1000)
    return false;
  number.ten += exponent;
  return true;
}

bool apply_suffix(std::string_view suffix, Number& number) {
  constexpr std::string_view kSmall = "num";
  constexpr std::string_view kLarge = "kMGTPE";
  constexpr std::string_view kBinary = "KMGTPE";
  if (suffix.empty()) return true;
  if (suffix.size() == 1) {
    if (const auto at = kSmall.find(suffix); at != std::string_view::npos) {
      number.ten -= 9 - 3 * static_cast<int>(at);
      return true;
    }
    if (const auto at = kLarge.find(suffix); at != std::string_view::npos) {
      number.ten += 3 * (static_cast<int>(at) + 1);
      return true;
    }
  }
  if (suffix.size() == 2 && suffix[1] == 'i') {
    const auto at = kBinary.find(suffix[0]);
    if (at == std::string_view::npos) return false;
    number.two += 10 * (static_cast<int>(at) + 1);
    return true;
  }
  return (suffix[0] == 'e' || suffix[0] == 'E') && apply_exponent(suffix.substr(1), number);
}

std::int64_t value_of(Number number) {
  Wide value = number.mantissa << static_cast<unsigned>(number.two);
  for (; number.ten > 0 && value != 0 && value <= kLargest; --number.ten) value *= 10;
  bool rest = false;
  for (; number.ten < 0 && value != 0; ++number.ten) {
    rest = rest || value % 10 != 0;
    value /= 10;
  }
  // Only zero is zero bytes: the rounding goes up.
  if (rest) ++value;
  return static_cast<std::int64_t>(value < kLargest ? value : kLargest);
}

}  // namespace

std::optional<std::int64_t> parse_bytes(std::string_view quantity) {
  if (quantity.starts_with('+')) quantity.remove_prefix(1);
  auto number = take_number(quantity);
  if (!number || !apply_suffix(quantity, *number)) return std::nullopt;
  return value_of(*number);
}

}  // namespace snapstash::kube
