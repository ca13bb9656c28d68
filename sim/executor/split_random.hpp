#pragma once
#include "kernel/base/random.hpp"

namespace snapstash::sim {

/// splitmix64: a seed is made into a stream at no cost, so that each process can have one of its own.
class SplitRandom final : public Random {
 public:
  explicit SplitRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    std::uint64_t x = state_ += 0x9E37'79B9'7F4A'7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBULL;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace snapstash::sim
