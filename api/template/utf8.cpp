#include "api/template/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace snapstash::api::utf8 {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

// Unicode 15, categories C and Z beyond ASCII, without the unassigned code points.
constexpr std::array kUnprintable{
    Range{0x80, 0xA0},       Range{0xAD, 0xAD},       Range{0x600, 0x605},     Range{0x61C, 0x61C},
    Range{0x6DD, 0x6DD},     Range{0x70F, 0x70F},     Range{0x890, 0x891},     Range{0x8E2, 0x8E2},
    Range{0x1680, 0x1680},   Range{0x180E, 0x180E},   Range{0x2000, 0x200F},   Range{0x2028, 0x202F},
    Range{0x205F, 0x206F},   Range{0x3000, 0x3000},   Range{0xD800, 0xF8FF},   Range{0xFEFF, 0xFEFF},
    Range{0xFFF9, 0xFFFB},   Range{0xFFFE, 0xFFFF},   Range{0x110BD, 0x110BD}, Range{0x110CD, 0x110CD},
    Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE00FF}, Range{0xF0000, 0x10FFFF},
};

constexpr std::array kSpaces{
    Range{'\t', '\r'},     Range{' ', ' '},       Range{0x85, 0x85},     Range{0xA0, 0xA0},     Range{0x1680, 0x1680},
    Range{0x2000, 0x200A}, Range{0x2028, 0x2029}, Range{0x202F, 0x202F}, Range{0x205F, 0x205F}, Range{0x3000, 0x3000},
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t code) {
  return std::ranges::any_of(ranges, [&](Range range) { return range.first <= code && code <= range.last; });
}

// The least code point that needs a sequence of 2, 3, 4 bytes: whatever is below is an overlong form.
constexpr std::array<char32_t, 3> kLeast{0x80, 0x800, 0x10000};

// How many bytes follow the first one of a character, or -1.
int followers(unsigned char first) {
  if (first < 0x80U) return 0;
  if (first >= 0xC2U && first <= 0xDFU) return 1;
  if (first >= 0xE0U && first <= 0xEFU) return 2;
  return first >= 0xF0U && first <= 0xF4U ? 3 : -1;
}

}  // namespace

Character first_of(std::string_view text) {
  constexpr Character kBroken{kReplacement, 1, false};
  const auto first = static_cast<unsigned char>(text.front());
  const int more = followers(first);
  if (more < 0 || text.size() <= static_cast<std::size_t>(more)) return kBroken;
  if (more == 0) return {first, 1, true};
  const auto length = static_cast<std::size_t>(more) + 1;
  char32_t code = first & (0x3FU >> static_cast<unsigned>(more));
  for (const char next : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) return kBroken;
    code = code << 6U | (byte & 0x3FU);
  }
  if (code < kLeast.at(length - 2) || !is_valid(code)) return kBroken;
  return {code, length, true};
}

void append(std::string& text, char32_t code) {
  if (!is_valid(code)) code = kReplacement;
  const auto byte = [&](char32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto follower = [&](unsigned shift) { byte(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    byte(0xE0U | code >> 12U);
    follower(6);
  } else {
    byte(0xF0U | code >> 18U);
    follower(12);
    follower(6);
  }
  follower(0);
}

bool is_valid(char32_t code) { return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF); }

std::size_t count(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); text.remove_prefix(first_of(text).size)) ++characters;
  return characters;
}

std::string_view head(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (; most > 0 && end < text.size(); --most) end += first_of(text.substr(end)).size;
  return text.substr(0, end);
}

bool is_space(char32_t code) { return is_in(kSpaces, code); }

bool is_printable(char32_t code) {
  return code >= ' ' && code != 0x7F && is_valid(code) && (code < 0x80 || !is_in(kUnprintable, code));
}

}  // namespace snapstash::api::utf8
