#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace snapstash::sim {

/// How many requests the operator and its Jobs make in a scenario in which nothing goes wrong, watches and leases
/// aside: exactly so many (docs/performance.md). Cost is part of the contract; whoever changes it says so here.
std::optional<std::uint64_t> request_budget(std::string_view scenario);

}  // namespace snapstash::sim
