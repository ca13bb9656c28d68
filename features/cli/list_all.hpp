#pragma once
#include "kernel/base/task.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/client.hpp"

namespace snapstash::cli {

/// Returns all objects of a selection, whole, as documents show them. Errors: those of the requests.
Task<Result<json::Array>> list_all(kube::Client& client, kube::Resource resource, kube::Selection selection);

}  // namespace snapstash::cli
