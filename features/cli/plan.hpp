#pragma once
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"
#include "kernel/kube/files.hpp"

namespace snapstash::cli {

/// Shows every snapshot of a BackupConfiguration, whether it stays or goes, and why; with another policy from a file,
/// also what that would change. Deletes nothing. Returns the exit code. Errors: kNotFound for a configuration that does
/// not exist; kInvalid for a file without a policy; those of the requests.
Task<Result<int>> plan(Ports ports, Plan wanted, kube::Files& files);

}  // namespace snapstash::cli
