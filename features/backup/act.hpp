#pragma once
#include <functional>
#include <string>

#include "features/backup/job.hpp"
#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// Carries out one effect. Idempotent: names derive from the session, deletes carry a UID.
/// Returns the resourceVersion of a Job that was created, "" otherwise. Errors: the API server's, by code; kForbidden
/// and kInvalid when a Job is refused (quota, admission), with the server's sentence.
Task<Result<std::string>> act(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, Effect effect
);

/// Carries out a decision's effects, in their order; what is refused and borne (`bears`) changes the decision.
/// `created` is told the resourceVersion of each Job that was. Errors: the first that is not borne.
Task<Result<void>> carry_out(
    const cluster::Context& context, const JobSettings& settings, const Sight& sight, Decision& decision,
    std::function<void(std::string)> created
);

/// Counts the snapshots that retention has deleted since the program's start.
runtime::Counter& deletions(runtime::Registry& registry);

}  // namespace snapstash::backup
