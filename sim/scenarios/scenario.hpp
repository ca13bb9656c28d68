#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/world.hpp"

namespace snapstash::sim {

/// A short story of a cluster: what is there, what people and machines do, and how it must end, whatever goes wrong on
/// the way.
struct Scenario {
  std::string_view name, what;
  /// Shapes the world before it is made. May be nullptr.
  void (*shape)(WorldOptions& options);
  /// Makes what is there when the operator starts, and says what happens later (World::after).
  void (*begin)(World& world);
  /// Faults strike during this time; then the world has `settle` to come to rest.
  Duration length = std::chrono::seconds(210), settle = std::chrono::minutes(12);
  /// Returns what is wrong with how it ended; "" = nothing. Called at the end of every run, struck or not.
  std::string (*verdict)(World& world);
  /// Whether every run must end in the same state as one without faults (masked: names' times, UIDs). Where a fault may
  /// decide between good ends, `verdict` alone judges.
  bool one_end = true;
  /// Whether each commit tries every fault at every point of it; of others every fifth, and all by hand.
  bool each_commit = true;
};

/// Returns all, backups first.
std::span<const Scenario> scenarios();
/// Returns nullptr when there is none of that name.
const Scenario* find_scenario(std::string_view name);

/// The parts of `scenarios`.
std::span<const Scenario> backup_scenarios();
std::span<const Scenario> blueprint_scenarios();
std::span<const Scenario> hook_scenarios();
std::span<const Scenario> retention_scenarios();
std::span<const Scenario> retry_scenarios();
std::span<const Scenario> batch_scenarios();
std::span<const Scenario> restore_scenarios();
std::span<const Scenario> restore_batch_scenarios();

}  // namespace snapstash::sim
