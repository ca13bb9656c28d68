#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/matrices/matrix.hpp"

namespace snapstash::sim {

/// What came of many runs.
struct Tally {
  struct Row {
    std::uint64_t runs = 0, failed = 0, steps = 0, requests = 0;
  };
  std::map<std::string, Row> by_matrix;
  std::map<std::string, std::uint64_t> by_effect;  ///< Strikes that came to their point.
  std::uint64_t failed() const;
  std::uint64_t runs() const;
};

/// A run that broke a promise.
struct BrokenRun {
  const Case* what;
  std::vector<std::string> sentences;  ///< "S4: …"; of a run that died: how.
};

/// Runs all cases in `processes` processes, each a fork of this one, so that a run that dies takes nothing else with
/// it. Calls `on_failure` for each failure, in no particular order. `first_only`: ends at the first.
Tally run_campaign(
    std::span<const Case> cases, int processes, const std::function<void(const BrokenRun&)>& on_failure,
    bool first_only = false
);

}  // namespace snapstash::sim
