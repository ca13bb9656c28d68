#pragma once
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Says why something failed or is stuck: the cause and its remedy first, then what was seen. Returns kOk when nothing
/// is wrong, kFailure when something is. Errors: kNotFound for an object that does not exist; those of the requests for
/// it. What else cannot be read is said, and is no error.
Task<Result<int>> debug(Ports ports, Debug wanted);

}  // namespace snapstash::cli
