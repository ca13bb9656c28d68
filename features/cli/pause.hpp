#pragma once
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Suspends or resumes a schedule. Returns the exit code. Errors: kNotFound, listing the configurations there are;
/// those of the requests.
Task<Result<int>> pause(Ports ports, Pause wanted);

}  // namespace snapstash::cli
