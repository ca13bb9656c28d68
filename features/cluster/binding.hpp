#pragma once
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::cluster {

/// Applies a RoleBinding and returns it as written. A binding to another role (Stash's, or of a release with another
/// name) cannot be changed: it is deleted, by its UID, and made anew. Errors: those of the requests.
Task<Result<json::Value>> apply_binding(const Context& context, json::Value manifest);

}  // namespace snapstash::cluster
