#pragma once
#include <string>

#include "features/cluster/context.hpp"
#include "features/schedule/manifests.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::schedule {

/// A BackupConfiguration's name that is too long is cut (as Stash cuts it), and what is left may be the name of an
/// object that is somebody else's; so may be the name of what a batch shares with a configuration of its name. Errors:
/// kInvalid when there is such an object, with the remedy; those of the request.
Task<Result<void>> refuse_foreign(
    const cluster::Context& context, const Manifest& wanted, std::string configuration_uid
);

}  // namespace snapstash::schedule
