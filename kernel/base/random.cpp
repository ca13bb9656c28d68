#include "kernel/base/random.hpp"

#include <string_view>

#include <fmt/format.h>

namespace snapstash {

std::string Random::uuid() {
  const std::uint64_t high = (next() & ~0xF000ULL) | 0x4000ULL;                               // version 4
  const std::uint64_t low = (next() & ~0xC000'0000'0000'0000ULL) | 0x8000'0000'0000'0000ULL;  // RFC 4122 variant
  return fmt::format(
      "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48,
      low & 0xFFFF'FFFF'FFFFULL
  );
}

std::string Random::name_suffix(std::size_t length) {
  static constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  for (std::size_t i = 0; i < length; ++i) suffix += kAlphabet[next() % kAlphabet.size()];
  return suffix;
}

}  // namespace snapstash
