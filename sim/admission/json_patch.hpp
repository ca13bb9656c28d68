#pragma once
#include "kernel/json/value.hpp"

namespace snapstash::sim {

/// Applies a JSON patch (RFC 6902), all of it or nothing.
/// Errors: kInvalid, with the API server's status and sentence: 400 when it is no list of operations, 422 when an
/// operation cannot be carried out or a `test` does not hold.
Result<json::Value> json_patch(json::Value target, const json::Value& operations);

}  // namespace snapstash::sim
