#pragma once
#include "features/cluster/context.hpp"
#include "features/hooks/errand.hpp"
#include "features/jobs/manifest.hpp"
#include "kernel/base/task.hpp"

/// What the operator makes for hooks.
namespace snapstash::hooks {

/// Returns how long a pod that runs hooks may take to end: they are not interrupted. Pure.
std::chrono::seconds grace_of(const Errand& errand);

/// Returns the Job called `name` that does nothing but run `errand.post`. `labels` are those of the session's other
/// Job; `hook` is what kHook says. Pure.
jobs::Plan post_plan(
    std::string name, std::string account, naming::Labels labels, const Errand& errand, std::string_view hook = "post"
);

/// Returns the RoleBinding that lets an account's Jobs run hooks. `metadata` is that of the account's other binding.
/// Pure.
json::Value binding_manifest(json::Object metadata, const std::string& account, const std::string& role_prefix);

/// Returns whom the hooks of a target address: workloads are asked for their selector. One that is gone has nobody.
/// Errors: those of the request.
Task<Result<Audience>> find_audience(
    const cluster::Context& context, api::TargetRef target, std::string namespace_, bool all
);

}  // namespace snapstash::hooks
