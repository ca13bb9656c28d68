#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/faults/strike_plan.hpp"
#include "sim/invariants/end_state.hpp"
#include "sim/scenarios/scenario.hpp"

namespace snapstash::sim {

/// One run: a scenario, what goes wrong in it, and the seed of everything else.
struct RunPlan {
  const Scenario* scenario = nullptr;
  std::vector<Strike> strikes;
  std::uint64_t seed = 1;
  int replicas = 1;
};

struct RunOptions {
  bool story = false;
  bool calm = true;                     ///< Lets an hour pass at the end, in which nothing may be asked (L4).
  const EndState* reference = nullptr;  ///< What it must end like (L7), if the scenario has one end.
};

struct RunResult {
  std::vector<Violation> violations;
  EndState end;
  std::map<std::string, Traffic> traffic;
  std::size_t struck = 0;
  std::uint64_t steps = 0, requests = 0, writes = 0, trace_id = 0;
  std::vector<std::string> story;
};

/// Runs it to its end. The same plan gives the same result, to the trace's hash.
RunResult run(const RunPlan& plan, const RunOptions& options);

/// Returns the arguments that make `snapstash-simulator replay` run it.
std::string replay_arguments(const RunPlan& plan);

}  // namespace snapstash::sim
