#pragma once
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Shows sessions with their snapshots: those of one BackupConfiguration, one session, or all. Returns the exit code.
/// Errors: kNotFound for a name that nothing has, with those there are; those of the requests.
Task<Result<int>> get(Ports ports, Get wanted);

}  // namespace snapstash::cli
