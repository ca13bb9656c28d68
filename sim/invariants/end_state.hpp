#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/invariants/safety.hpp"

namespace snapstash::sim {

/// What is there at the end, without what differs from run to run: times, UIDs, versions, the seconds in names.
using EndState = std::map<std::string, int>;  // what, and how often

EndState end_state(World& world);

/// Returns the first line that differs, "" when none does.
std::string difference(const EndState& is, const EndState& should_be);

/// Looks at a world that should have come to rest, for L1 to L4, L6, L8 and L9 of docs/reliability.md. What cannot be
/// seen before it is over, like a session past its deadline, is a violation as long as it is not.
std::vector<Violation> check_rest(World& world);

/// Lets an hour pass, in which nothing may be asked (L4). Adds to `found`.
void check_calm(World& world, const Safety& safety, std::vector<Violation>& found);

}  // namespace snapstash::sim
