#pragma once
#include <string>
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"

/// Who else works on the same objects: Stash's own operator, and whose CRDs are installed.
namespace snapstash::neighbours {

/// Returns "namespace/name" of the Deployments that are Stash's operator, by the labels of its charts. Pure.
std::vector<std::string> stash_operators(const cluster::Stores& stores);

/// Whether the installed CRD keeps `spec.snapstash`; Stash's own would silently drop it. Pure.
bool keeps_our_fields(const json::Value& crd);

/// Says loudly, once, when Stash's operator runs too or when the installed schema drops fields of ours. Waits until the
/// Deployments have been listed. One request; what cannot be found out is logged, never an error.
Task<void> check(kube::Client& client, cluster::Stores& stores, Executor& executor, Log& log);

}  // namespace snapstash::neighbours
