#pragma once
#include "features/cluster/context.hpp"
#include "features/jobs/manifest.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::jobs {

/// Creates a Job for the object that it belongs to, and takes one of that name and owner for it. Returns its
/// resourceVersion. Errors: those of the request.
Task<Result<std::string>> create(const cluster::Context& context, std::string owner_uid, json::Value job);

}  // namespace snapstash::jobs
