#include "sim/matrices/run.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "sim/faults/world_strikes.hpp"
#include "sim/scenarios/request_budget.hpp"

namespace snapstash::sim {
namespace {

WorldOptions world_options(const RunPlan& plan, const RunOptions& options, Faults& faults) {
  WorldOptions made;
  if (plan.scenario->shape != nullptr) plan.scenario->shape(made);
  made.story = options.story;
  made.faults = &faults;
  made.replicas = plan.replicas;
  made.api_servers = std::ranges::any_of(plan.strikes, needs_second_server) ? 2 : 1;
  return made;
}

/// Whether the API server said no in a mix with other faults: that is a reason to fail or to skip, which only the
/// safety rules and L1 to L6 judge. Alone it must be survived.
bool is_decided_by_faults(const RunPlan& plan) {
  return plan.strikes.size() > 1 && std::ranges::any_of(plan.strikes, [](const Strike& each) {
           return each.effect >= Effect::kConflict && each.effect <= Effect::kInvalid;
         });
}

/// What can be said of it once it has ended.
std::vector<Violation> judge(const RunPlan& plan, const RunOptions& options, World& world, const Safety& safety) {
  std::vector<Violation> found;
  const bool decided = is_decided_by_faults(plan);
  if (auto wrong = plan.scenario->verdict(world); !wrong.empty() && !decided) {
    found.push_back({"end", std::move(wrong)});
  }
  if (options.reference != nullptr && plan.scenario->one_end && !decided) {
    if (auto differs = difference(end_state(world), *options.reference); !differs.empty()) {
      found.push_back({"L7", std::move(differs)});
    }
  }
  const auto budget = request_budget(plan.scenario->name);
  if (plan.strikes.empty() && plan.replicas == 1 && plan.seed == 1 && budget && safety.our_requests() != *budget) {
    found.push_back({"S12", fmt::format("{} requests, should be {}", safety.our_requests(), *budget)});
  }
  for (Violation& each : check_rest(world)) found.push_back(std::move(each));
  if (world.stuck()) found.push_back({"S12", *world.stuck()});
  return found;
}

/// Gives the world the scenario's time to come to rest. What is to come in the end has come as soon as all is well, and
/// nothing has been asked or changed for a while: only a calm run then goes on to see that it stays so.
void settle(const RunPlan& plan, const RunOptions& options, World& world, const Safety& safety) {
  using namespace std::chrono_literals;
  constexpr Duration kStep = 1min, kQuiet = 3min;
  Duration quiet{};
  for (Duration passed{}; passed < plan.scenario->settle; passed += kStep) {
    const std::uint64_t before = safety.our_requests() + safety.changes();
    world.run_for(kStep);
    quiet = safety.our_requests() + safety.changes() == before ? quiet + kStep : Duration{};
    if (!options.calm && quiet >= kQuiet && judge(plan, options, world, safety).empty()) return;
  }
}

}  // namespace

RunResult run(const RunPlan& plan, const RunOptions& options) {
  RunResult result;
  StrikePlan strikes(plan.strikes);
  World world(plan.seed, world_options(plan, options, strikes));
  Safety safety(world);
  strikes.on_world = [&world](const Strike& strike) { strike_world(world, strike); };
  plan.scenario->begin(world);
  for (const Strike& strike : plan.strikes) prepare_world(world, strike);
  world.start_operators();
  world.run_for(plan.scenario->length);
  safety.compare_views();
  strikes.cease();
  settle(plan, options, world, safety);
  safety.compare_views();
  result.end = end_state(world);
  std::vector<Violation> at_rest = judge(plan, options, world, safety);
  if (options.calm) check_calm(world, safety, at_rest);
  result.violations = safety.violations();
  std::ranges::move(at_rest, std::back_inserter(result.violations));
  result.traffic = strikes.traffic();
  result.struck = strikes.struck();
  result.steps = world.executor().steps();
  result.requests = safety.our_requests();
  result.writes = safety.our_writes();
  result.trace_id = world.executor().trace_id();
  result.story = world.story().lines();
  return result;
}

std::string replay_arguments(const RunPlan& plan) {
  std::string text = fmt::format("--scenario {} --seed {}", plan.scenario->name, plan.seed);
  if (plan.replicas != 1) text += fmt::format(" --replicas {}", plan.replicas);
  for (const Strike& strike : plan.strikes) text += " --fault " + to_text(strike);
  return text;
}

}  // namespace snapstash::sim
