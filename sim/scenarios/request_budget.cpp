#include "sim/scenarios/request_budget.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace snapstash::sim {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 27> kBudgets{{
    {"create", 8},
    {"update-schedule", 15},
    {"bad-then-good", 9},
    {"edited-by-hand", 20},
    {"pause", 15},
    {"delete-configuration", 16},
    {"tick", 16},
    {"tick-stateful-set", 17},
    {"overlap", 17},
    {"same-second", 33},
    {"claim-missing", 20},
    {"driver-fails", 17},
    {"driver-heals", 15},
    {"time-out", 16},
    {"ready-then-error", 15},
    {"retention", 47},
    {"upgrade", 16},
    {"namespace-deleted", 42},
    {"node-lost", 18},
    {"restore", 13},
    {"restore-replicas", 13},
    {"restore-missing", 13},
    {"restore-name-taken", 16},
    {"restore-waits", 14},
    {"restore-hangs", 17},
    {"restore-heals", 14},
    {"restore-deleted", 11},
}};

}  // namespace

std::optional<std::uint64_t> request_budget(std::string_view scenario) {
  const auto found = std::ranges::find(kBudgets, scenario, [](const auto& each) { return each.first; });
  return found == kBudgets.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace snapstash::sim
