#include <chrono>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/matrices/mutants.hpp"

/// Runs the operator in a cluster in memory: whole matrices of faults, or one run to look at.
namespace snapstash::sim {
namespace {

struct Flags {
  std::string scenario, mutant;
  std::uint64_t seed = 1;
  int replicas = 1, processes = 2;
  std::vector<std::string> faults, matrices;
  std::size_t random = 10'000, every = 1, shown = 20;
  bool quiet = false, full = false;
};

/// Of the scenarios that are not for each commit.
constexpr std::size_t kSample = 5;

void print(const std::string& line) { std::puts(line.c_str()); }

/// Throws CLI::ValidationError, which becomes the usage message.
RunPlan plan_of(const Flags& flags) {
  RunPlan plan{
      .scenario = find_scenario(flags.scenario), .strikes = {}, .seed = flags.seed, .replicas = flags.replicas
  };
  if (plan.scenario == nullptr)
    throw CLI::ValidationError("--scenario: there is no \"" + flags.scenario + "\"; see list");
  for (const std::string& text : flags.faults) {
    auto strike = parse_strike(text);
    if (!strike) throw CLI::ValidationError("--fault: " + strike.error().message);
    plan.strikes.push_back(std::move(*strike));
  }
  return plan;
}

int list() {
  for (const Scenario& each : scenarios()) fmt::print("{:24} {}\n", each.name, each.what);
  print("\nfaults: NODE:AIM:NUMBER:EFFECT, e.g. operator-0:write:3:crash-after; aims are write, call, frame; effects:");
  for (const Effect effect : all_effects()) fmt::print("  {}\n", name_of(effect));
  return 0;
}

int replay(const Flags& flags) {
  const RunPlan plan = plan_of(flags);
  const EndState reference = run({.scenario = plan.scenario, .replicas = plan.replicas}, {}).end;
  const RunResult result = run(plan, {.story = !flags.quiet, .reference = &reference});
  for (const std::string& line : result.story) print(line);
  for (const auto& [line, count] : result.end)
    fmt::print("end: {}{}\n", line, count > 1 ? fmt::format(" x{}", count) : "");
  for (const auto& [node, seen] : result.traffic) {
    fmt::print("{}: {} writes, {} calls, {} frames\n", node, seen.writes, seen.calls, seen.frames);
  }
  fmt::print(
      "{} of {} faults struck, {} steps, {} requests ({} writes), trace {:016x}\n", result.struck, plan.strikes.size(),
      result.steps, result.requests, result.writes, result.trace_id
  );
  for (const Violation& each : result.violations) fmt::print("BROKEN {}: {}\n", each.invariant, each.what);
  return result.violations.empty() ? 0 : 1;
}

/// Leaves out faults as long as the rest still breaks something.
int shrink(const Flags& flags) {
  RunPlan plan = plan_of(flags);
  const EndState reference = run({.scenario = plan.scenario, .replicas = plan.replicas}, {}).end;
  const auto breaks = [&](const RunPlan& candidate) {
    return !run(candidate, {.story = false, .reference = &reference}).violations.empty();
  };
  if (!breaks(plan)) {
    print("nothing is broken in this run");
    return 1;
  }
  for (std::size_t i = 0; i < plan.strikes.size();) {
    RunPlan fewer = plan;
    fewer.strikes.erase(fewer.strikes.begin() + static_cast<std::ptrdiff_t>(i));
    if (breaks(fewer)) {
      plan = std::move(fewer);
    } else {
      ++i;
    }
  }
  print("replay " + replay_arguments(plan));
  return 0;
}

void print_tally(const Tally& tally, double seconds) {
  fmt::print("\n{:8} {:>8} {:>12} {:>10} {:>7}\n", "matrix", "runs", "steps", "requests", "broken");
  for (const auto& [matrix, row] : tally.by_matrix) {
    fmt::print("{:8} {:>8} {:>12} {:>10} {:>7}\n", matrix, row.runs, row.steps, row.requests, row.failed);
  }
  print("");
  for (const auto& [effect, count] : tally.by_effect) fmt::print("{:>8} {}\n", count, effect);
  fmt::print(
      "\n{:.0f} s, {:.0f} runs a second\n{} passed, {} failed\n", seconds, static_cast<double>(tally.runs()) / seconds,
      tally.runs() - tally.failed(), tally.failed()
  );
}

std::vector<Case> cases_of(const Flags& flags) {
  std::vector<Case> cases;
  const bool mixes = flags.matrices.empty() || std::ranges::find(flags.matrices, "M8") != flags.matrices.end();
  for (const Scenario& each : scenarios()) {
    if (!flags.scenario.empty() && each.name != flags.scenario) continue;
    const bool sample = !each.each_commit && !flags.full && flags.scenario.empty();
    std::vector<Case> made = exhaustive_cases(each, flags.matrices);
    for (std::size_t i = 0; i < made.size(); i += sample ? kSample : 1) cases.push_back(std::move(made[i]));
  }
  if (mixes && flags.scenario.empty()) {
    for (Case& made : random_cases(flags.seed, flags.random)) cases.push_back(std::move(made));
  }
  if (flags.every <= 1) return cases;
  std::vector<Case> sample;
  for (std::size_t i = 0; i < cases.size(); i += flags.every) sample.push_back(std::move(cases[i]));
  return sample;
}

int matrices(const Flags& flags) {
  const auto begun = std::chrono::steady_clock::now();
  const std::vector<Case> cases = cases_of(flags);
  fmt::print("{} runs of {} scenarios\n", cases.size(), scenarios().size());
  std::fflush(stdout);
  std::size_t shown = 0;
  const Tally tally = run_campaign(cases, flags.processes, [&](const BrokenRun& failure) {
    if (++shown > flags.shown) return;
    fmt::print("{} replay {}\n", failure.what->matrix, replay_arguments(failure.what->plan));
    for (const std::string& each : failure.sentences) fmt::print("    {}\n", each);
    std::fflush(stdout);
  });
  print_tally(tally, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  return tally.failed() == 0 && tally.runs() == cases.size() ? 0 : 1;
}

/// Each mutant must be noticed by an invariant.
int hunt_all(const Flags& flags) {
  if (!has_mutants()) {
    print("this build has no mutants: cmake --preset checked");
    return 2;
  }
  std::vector<Case> cases;
  for (const Scenario& each : scenarios()) cases.push_back({"M0", {.scenario = &each}});
  for (const auto& [matrix, every] : {std::pair("M1", 1), std::pair("M3", 5)}) {
    Flags sampled = flags;
    sampled.matrices = {matrix};
    sampled.every = static_cast<std::size_t>(every);
    for (Case& made : cases_of(sampled)) cases.push_back(std::move(made));
  }
  int hunted = 0, escaped = 0;
  for (const Mutant& each : mutants()) {
    if (!flags.mutant.empty() && each.name != flags.mutant) continue;
    ++hunted;
    const Catch caught = hunt(each, cases, flags.processes);
    fmt::print("{:24} {}\n", each.name, caught.how.empty() ? "NOT CAUGHT: " + std::string(each.what) : caught.how);
    if (!caught.how.empty()) fmt::print("{:24} in {}\n", "", caught.run);
    std::fflush(stdout);
    escaped += caught.how.empty() ? 1 : 0;
  }
  fmt::print("{} passed, {} failed\n", hunted - escaped, escaped);
  return escaped == 0 ? 0 : 1;
}

void add_run_flags(CLI::App& part, Flags& flags) {
  part.add_option("--scenario", flags.scenario, "which story; see list")->required();
  part.add_option("--seed", flags.seed, "of everything that chance decides");
  part.add_option("--replicas", flags.replicas, "of the operator")->check(CLI::Range(1, 2));
  part.add_option("--fault", flags.faults, "NODE:AIM:NUMBER:EFFECT; repeatable");
}

int run_main(int argc, char** argv) {
  CLI::App app{"Snapstash's operator in a cluster in memory"};
  app.require_subcommand(1);
  Flags flags;
  int code = 0;
  app.add_subcommand("list", "scenarios and faults")->callback([&] { code = list(); });
  CLI::App* one = app.add_subcommand("replay", "runs one and tells its story");
  add_run_flags(*one, flags);
  one->add_flag("--quiet", flags.quiet, "only how it ended");
  one->callback([&] { code = replay(flags); });
  CLI::App* fewer = app.add_subcommand("shrink", "finds the faults of a broken run that matter");
  add_run_flags(*fewer, flags);
  fewer->callback([&] { code = shrink(flags); });
  CLI::App* bugs = app.add_subcommand("mutants", "switches on one built-in bug after the other; each must be noticed");
  bugs->add_option("--mutant", flags.mutant, "only this one");
  bugs->add_option("--processes", flags.processes, "that share the work")->check(CLI::Range(1, 64));
  bugs->callback([&] { code = hunt_all(flags); });
  CLI::App* all = app.add_subcommand("matrices", "runs every fault at every point, and random mixes");
  all->add_option("--matrix", flags.matrices, "only this one, M1 to M8; repeatable");
  all->add_option("--scenario", flags.scenario, "only this one");
  all->add_option("--random", flags.random, "random mixes");
  all->add_option("--seed", flags.seed, "of the first mix");
  all->add_option("--every", flags.every, "only every so many-th run");
  all->add_flag("--full", flags.full, "all of the scenarios that each commit tries every fifth fault of");
  all->add_option("--processes", flags.processes, "that share the work")->check(CLI::Range(1, 64));
  all->add_option("--show", flags.shown, "so many broken runs");
  all->callback([&] { code = matrices(flags); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace
}  // namespace snapstash::sim

int main(int argc, char** argv) { return snapstash::sim::run_main(argc, argv); }
