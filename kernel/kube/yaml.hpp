#pragma once
#include <string_view>

#include "kernel/json/value.hpp"

namespace snapstash::kube {

/// Reads the first document of a YAML text as JSON; JSON itself is read as such. Empty text is null.
/// Aliases are copied out, merge keys (`<<`) applied; plain scalars are typed as Go's YAML does for Kubernetes (yes/no
/// and on/off are booleans); keys are text.
/// Errors: kMalformed, naming line and column; also for documents nested deeper than 100, or larger than 100,000 nodes
/// once aliases are copied out (what a few nested aliases can reach).
Result<json::Value> parse_yaml(std::string_view text);

}  // namespace snapstash::kube
