#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "features/cluster/target.hpp"
#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"

namespace snapstash::cluster {

/// As `find_target`, asked of the API server: one request. Errors: kNotFound with the sentence that its target does not
/// exist; kInvalid for a kind that has no volumes; those of the request.
Task<Result<Target>> fetch_target(
    kube::Client& client, api::TargetRef ref, std::string namespace_, std::optional<std::int32_t> replicas
);

}  // namespace snapstash::cluster
