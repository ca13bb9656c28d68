#pragma once
#include <string>
#include <vector>

#include "tests/conformance/sequence.hpp"

namespace snapstash::conformance {

/// Returns a transcript as texts that two servers have in common when they did the same: UIDs are numbered as they
/// appear, resourceVersions by their order, times are times, members and managed fields sorted. The versions of lists
/// are dropped: on the real server others write, too.
std::vector<std::string> masked(const Transcript& transcript);

}  // namespace snapstash::conformance
