#pragma once
#include <memory>
#include <vector>

#include "api/backup_session.hpp"
#include "features/backup/notices.hpp"
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"

/// How a pass over a session ends.
namespace snapstash::backup {

/// Writes the status, if nobody has written since `session` was read. Returns the object. Errors: those of the request.
Task<Result<json::Value>> write(
    const cluster::Context& context, std::shared_ptr<const api::BackupSession> session,
    api::BackupSession::Status status
);

/// Makes each an Event on the session and a line of the log.
void tell(const cluster::Context& context, const api::BackupSession& session, const std::vector<Notice>& notices);

}  // namespace snapstash::backup
