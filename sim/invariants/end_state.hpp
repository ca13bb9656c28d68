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

/// Looks at a world that has come to rest, then, if asked to, lets an hour pass: L1 to L4 and L6 of
/// docs/reliability.md. What cannot
/// be seen before it is over, like a session past its deadline, is a violation then.
std::vector<Violation> check_rest(World& world, const Safety& safety, bool calm);

}  // namespace snapstash::sim
