#include "sim/scenarios/request_budget.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace snapstash::sim {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 62> kBudgets{{
    {"create", 8},
    {"update-schedule", 15},
    {"bad-then-good", 9},
    {"edited-by-hand", 20},
    {"pause", 15},
    {"delete-configuration", 17},
    {"tick", 17},
    {"tick-stateful-set", 18},
    {"overlap", 18},
    {"same-second", 36},
    {"claim-missing", 22},
    {"driver-fails", 19},
    {"driver-heals", 16},
    {"time-out", 19},
    {"ready-then-error", 16},
    {"upgrade", 17},
    {"namespace-deleted", 45},
    {"node-lost", 19},
    {"auto-backup", 20},
    {"auto-backup-edited", 36},
    {"auto-backup-removed", 22},
    {"auto-backup-several", 23},
    {"auto-backup-strangers", 10},
    {"auto-backup-target-gone", 22},
    {"hooks", 26},
    {"hooks-killed", 52},
    {"hooks-slow", 26},
    {"hooks-driver-fails", 31},
    {"hooks-pre-fails", 28},
    {"hooks-never", 25},
    {"hooks-on-failure", 36},
    {"hooks-restore", 35},
    {"retention", 54},
    {"retention-dry-run", 24},
    {"retention-blocked", 46},
    {"left-over", 39},
    {"retry", 30},
    {"retry-failed-only", 29},
    {"retry-exhausted", 45},
    {"turns", 32},
    {"batch", 34},
    {"batch-sequential", 34},
    {"batch-member-missing", 28},
    {"batch-retry-failed-only", 49},
    {"batch-hooks", 37},
    {"batch-turns", 48},
    {"batch-deleted", 29},
    {"restore", 13},
    {"restore-small", 15},
    {"restore-replicas", 13},
    {"restore-missing", 13},
    {"restore-name-taken", 16},
    {"restore-waits", 13},
    {"restore-hangs", 17},
    {"restore-heals", 14},
    {"restore-deleted", 11},
    {"restore-batch", 19},
    {"restore-batch-sequential", 20},
    {"restore-batch-hooks", 25},
    {"restore-batch-member-fails", 15},
    {"restore-batch-waits", 19},
    {"restore-batch-deleted", 14},
}};

}  // namespace

std::optional<std::uint64_t> request_budget(std::string_view scenario) {
  const auto found = std::ranges::find(kBudgets, scenario, [](const auto& each) { return each.first; });
  return found == kBudgets.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace snapstash::sim
