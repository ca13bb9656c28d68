#pragma once
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

/// `kubectl stash cp`: the same in another namespace.
namespace snapstash::cli {

/// Makes a snapshot known in another namespace, without copying data. Doing it again changes nothing. Nothing is left
/// behind when the other namespace does not take it. Errors: kInvalid with the reason why it cannot be copied;
/// kForbidden; those of the requests.
Task<Result<int>> copy(Ports ports, CopySnapshot wanted);

/// Makes the same BackupConfiguration in another namespace. Errors: kAlreadyExists when another one has the name there;
/// those of the requests.
Task<Result<int>> copy(Ports ports, CopyConfiguration wanted);

}  // namespace snapstash::cli
