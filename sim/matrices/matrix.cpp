#include "sim/matrices/matrix.hpp"

#include <algorithm>
#include <array>

#include "sim/executor/split_random.hpp"

namespace snapstash::sim {
namespace {

using enum Effect;
using Traffics = std::map<std::string, Traffic>;

constexpr std::array kCrashes{kCrashBefore, kCrashUnanswered, kCrashAfter};
constexpr std::array kAnswers{kConflict, kAlreadyExists,    kNotFound,    kForbidden,     kUnauthorized,
                              kInvalid,  kTooManyBriefly,   kTooManyLong, kInternal,      kUnavailable,
                              kTimeout,  kTimeoutCommitted, kReset,       kResetCommitted};
constexpr std::array kFrames{kBreak,          kDuplicate,   kDelay,        kLongDelay, kExpire,
                             kExpireOnResume, kNoBookmarks, kNoInitialEnd, kReplay,    kCutInside};
constexpr std::array kPasts{kStale1, kStale5, kStaleAll};
constexpr std::array kLosses{kPause, kIsolate, kServerDown};

bool is_operator(const std::string& node) { return node.starts_with("operator"); }

/// One strike per point and effect.
std::vector<Strike> strikes_at(
    const std::string& node, Aim aim, std::uint64_t points, std::span<const Effect> effects
) {
  std::vector<Strike> all;
  for (std::uint64_t number = 1; number <= points; ++number) {
    for (const Effect effect : effects) {
      // From here on there are none: from the first frame on says it all.
      if (effect != kNoBookmarks || number == 1) all.push_back({node, aim, number, effect});
    }
  }
  return all;
}

class Collector {
 public:
  Collector(const Scenario& scenario, std::span<const std::string> only) : scenario_(scenario), only_(only) {}

  bool wants(std::string_view matrix) const { return only_.empty() || std::ranges::find(only_, matrix) != only_.end(); }

  void add(std::string_view matrix, std::vector<Strike> strikes, int replicas = 1) {
    if (wants(matrix)) cases.push_back({matrix, {&scenario_, std::move(strikes), 1, replicas}});
  }
  void add_each(std::string_view matrix, const std::vector<Strike>& strikes, int replicas = 1) {
    for (const Strike& strike : strikes) add(matrix, {strike}, replicas);
  }

  std::vector<Case> cases;

 private:
  const Scenario& scenario_;
  std::span<const std::string> only_;
};

void add_pairs(const std::vector<Strike>& points, Collector& to) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const bool one_point = points[i].node == points[j].node && points[i].number == points[j].number;
      if (!one_point) to.add("M2", {points[i], points[j]});
    }
  }
}

void add_single(const Traffics& traffic, Collector& to) {
  std::vector<Strike> crashes;
  for (const auto& [node, seen] : traffic) {
    const auto here = strikes_at(node, Aim::kWrite, seen.writes, kCrashes);
    crashes.insert(crashes.end(), here.begin(), here.end());
    to.add_each("M3", strikes_at(node, Aim::kCall, seen.calls, kAnswers));
    to.add_each("M4", strikes_at(node, Aim::kFrame, seen.frames, kFrames));
    if (!is_operator(node)) continue;
    to.add_each("M5", strikes_at(node, Aim::kWrite, seen.writes, kPasts));
    to.add_each("M6", strikes_at(node, Aim::kFrame, seen.frames, std::array{kUnseen}));
  }
  to.add_each("M1", crashes);
  constexpr std::size_t kPoints = 36;  // three at each of twelve writes: 630 pairs
  if (crashes.size() > kPoints) crashes.resize(kPoints);
  if (to.wants("M2")) add_pairs(crashes, to);
}

}  // namespace

std::vector<Case> exhaustive_cases(const Scenario& scenario, std::span<const std::string> only) {
  Collector collector(scenario, only);
  add_single(run({.scenario = &scenario}, {}).traffic, collector);
  if (collector.wants("M7")) {
    for (const auto& [node, seen] : run({.scenario = &scenario, .replicas = 2}, {}).traffic) {
      if (is_operator(node)) collector.add_each("M7", strikes_at(node, Aim::kWrite, seen.writes, kLosses), 2);
    }
  }
  return std::move(collector.cases);
}

std::vector<Case> random_cases(std::uint64_t seed, std::size_t count) {
  static const std::vector<Traffics> traffics = [] {
    std::vector<Traffics> all;
    for (const Scenario& scenario : scenarios()) all.push_back(run({.scenario = &scenario}, {}).traffic);
    return all;
  }();
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    SplitRandom random(seed + i);
    const auto below = [&random](std::uint64_t limit) { return random.next() % limit; };
    const std::size_t index = below(scenarios().size());
    RunPlan plan{.scenario = &scenarios()[index], .strikes = {}, .seed = seed + i, .replicas = below(4) == 0 ? 2 : 1};
    const std::size_t strikes = 1 + below(4);
    const auto& effects = all_effects();
    while (plan.strikes.size() < strikes) {
      const auto node = std::next(traffics[index].begin(), static_cast<std::ptrdiff_t>(below(traffics[index].size())));
      const Effect effect = effects[below(effects.size())];
      const bool frame = effect >= kBreak && effect <= kCutInside;
      const std::uint64_t points = frame ? node->second.frames : node->second.calls;
      if (points == 0) continue;
      plan.strikes.push_back({node->first, frame ? Aim::kFrame : Aim::kCall, 1 + below(points), effect});
    }
    cases.push_back({"M8", std::move(plan)});
  }
  return cases;
}

}  // namespace snapstash::sim
