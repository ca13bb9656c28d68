#pragma once
#include <string>
#include <string_view>

#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::cli {

/// Whether a VolumeSnapshot is named as Stash names those of scheduled sessions: `<PVC>-<Unix seconds>`. Pure.
bool is_named_by_stash(std::string_view snapshot, std::string_view pvc);

/// Makes snapshots that Stash took of a configuration's target this configuration's own, so that retention counts them:
/// labels them. Shows only what it would do unless `wanted.yes`. Returns the exit code. Errors: kNotFound when the
/// configuration or its target does not exist; those of the requests.
Task<Result<int>> adopt(Ports ports, Adopt wanted);

}  // namespace snapstash::cli
