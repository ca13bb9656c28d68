#pragma once
#include "kernel/json/value.hpp"

namespace snapstash::sim {

/// Applies a JSON merge patch (RFC 7386): members of objects one by one, null removes, everything else replaces.
/// Errors: kInvalid (400) when the patch is no object.
Result<json::Value> merge_patch(json::Value target, const json::Value& patch);

}  // namespace snapstash::sim
