#pragma once
#include <cstdint>
#include <random>
#include <string>

namespace snapstash {

/// Chance. A port: the simulator seeds it, so that a run can be repeated.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  /// Returns a number in [0, 1).
  double fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Returns a version 4 UUID as text.
  std::string uuid();
  /// Returns `length` of the characters Kubernetes uses in generated names (no vowels, no 0, 1, 3).
  std::string name_suffix(std::size_t length = 5);
};

class SystemRandom final : public Random {
 public:
  std::uint64_t next() override { return (static_cast<std::uint64_t>(device_()) << 32) | device_(); }

 private:
  std::random_device device_;
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace snapstash
