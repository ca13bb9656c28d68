#pragma once
#include "api/backup_configuration.hpp"
#include "features/cli/command_line.hpp"
#include "features/cli/ports.hpp"
#include "kernel/base/task.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::cli {

/// Creates a session of a BackupConfiguration or a BackupBatch, and waits for its end if so wished. Returns the exit
/// code: kOk once it is created, or has succeeded; kFailure when it ended in another way or not in time. Errors:
/// kNotFound, listing the configurations there are; kInvalid for one that cannot run; those of the requests.
Task<Result<int>> trigger(Ports ports, Trigger wanted);

/// Returns the session, `<configuration>-<suffix>`: labelled as Stash labels those of its own `trigger`, and as
/// scheduled ones are; owned by the configuration; with the retries that the configuration allows (Stash forgets them:
/// its B29). Pure.
json::Value session_by_hand(const api::BackupConfiguration& configuration, const std::string& suffix);

}  // namespace snapstash::cli
