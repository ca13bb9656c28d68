#pragma once
#include <span>
#include <string>
#include <string_view>

#include "sim/matrices/campaign.hpp"

namespace snapstash::sim {

/// A bug of kernel/base/mutant.hpp, and what it would do to people.
struct Mutant {
  std::string_view name, what;
};

std::span<const Mutant> mutants();

/// Whether this build has them.
bool has_mutants();

/// What caught a mutant: the first broken run, or nothing.
struct Catch {
  std::string how;  ///< "" = it was not caught.
  std::string run;  ///< Arguments of the replay.
};

/// Runs the scenarios without faults, then `cases`, until an invariant notices the mutant.
Catch hunt(const Mutant& mutant, std::span<const Case> cases, int processes);

}  // namespace snapstash::sim
