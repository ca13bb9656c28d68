#pragma once
#include <memory>
#include <vector>

#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"
#include "features/cluster/context.hpp"
#include "features/restore/notices.hpp"
#include "kernel/base/task.hpp"

/// How a pass over a restore ends. Kind: api::RestoreSession or api::RestoreBatch.
namespace snapstash::restore {

/// Writes the status, if nobody has written since `restore` was read. Returns the object. Errors: those of the request.
template <class Kind>
Task<Result<json::Value>> write(
    const cluster::Context& context, std::shared_ptr<const Kind> restore, typename Kind::Status status
);

/// Makes each an Event on the restore and a line of the log.
template <class Kind>
void tell(const cluster::Context& context, const Kind& restore, const std::vector<Notice>& notices);

/// Takes Stash's finalizer off one that is deleted: it would be kept for ever once Stash is gone. We have none of our
/// own. Errors: those of the request; that it is gone is none.
template <class Kind>
Task<Result<void>> release(const cluster::Context& context, std::shared_ptr<const Kind> restore);

}  // namespace snapstash::restore
