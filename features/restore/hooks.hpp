#pragma once
#include <memory>

#include "api/restore_session.hpp"
#include "features/cluster/context.hpp"
#include "features/hooks/errand.hpp"
#include "features/restore/decide.hpp"
#include "kernel/base/task.hpp"

/// The hooks of a restore session: preRestore runs in its Job before the first PVC is created, postRestore in a Job of
/// its own when the outcome is known.
namespace snapstash::restore {

/// Looks at how they stand, and puts that into `seen`, whose `job` is there. Errors: those of the requests about a Job
/// in trouble.
Task<Result<void>> observe_hooks(
    const cluster::Context& context, std::shared_ptr<const api::RestoreSession> session, Observation& seen
);

/// After which outcome the post hook, if any, runs. Pure.
void note_policy(const api::RestoreHooks& hooks, hooks::Standing& standing);

/// What the pods of a session's Jobs are told of its hooks. Errors: those of the request for the target's selector.
Task<Result<hooks::Errand>> hook_errand(
    const cluster::Context& context, std::shared_ptr<const api::RestoreSession> session
);

}  // namespace snapstash::restore
