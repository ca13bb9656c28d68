#pragma once
#include <cstdint>
#include <string>

#include "tests/conformance/server.hpp"

namespace snapstash::conformance {

/// How many sequences, and from which seed on.
struct RandomPlan {
  int sequences = 100;
  std::uint64_t seed = 1;
};

/// Plays random sequences on both servers and compares all answers and events. Prints the shortest sequence that shows
/// a difference, and the difference. Returns whether there was none. `run` makes the namespaces' names unique.
bool compare_random_sequences(Server& real, Server& fake, const RandomPlan& plan, const std::string& run);

}  // namespace snapstash::conformance
