#include "sim/scenarios/scenario.hpp"

#include <algorithm>

namespace snapstash::sim {

std::span<const Scenario> scenarios() {
  static const std::vector<Scenario> all = [] {
    std::vector<Scenario> made;
    for (const auto part :
         {backup_scenarios(), blueprint_scenarios(), hook_scenarios(), retention_scenarios(), retry_scenarios(),
          batch_scenarios(), restore_scenarios(), restore_batch_scenarios()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    return made;
  }();
  return all;
}

const Scenario* find_scenario(std::string_view name) {
  const auto all = scenarios();
  const auto found = std::ranges::find(all, name, &Scenario::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace snapstash::sim
