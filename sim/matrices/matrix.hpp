#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/matrices/run.hpp"

namespace snapstash::sim {

/// One run of a matrix.
struct Case {
  std::string_view matrix;  ///< "M1" … "M8"
  RunPlan plan;
};

/// Returns the exhaustive matrices M1 to M7 (docs/reliability.md) of one scenario: every point of its run without
/// faults, and everything that may happen there. `only` = names of matrices; empty = all.
std::vector<Case> exhaustive_cases(const Scenario& scenario, std::span<const std::string> only);

/// Returns M8: `count` runs with up to four strikes at random points of random scenarios. The seed names them.
std::vector<Case> random_cases(std::uint64_t seed, std::size_t count);

}  // namespace snapstash::sim
