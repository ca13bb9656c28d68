#pragma once
#include "features/restore/job.hpp"
#include "features/restore/observe.hpp"

namespace snapstash::restore {

/// Carries out one effect. Idempotent: names derive from the session, deletes carry a UID.
/// Returns the resourceVersion of a Job that was created, "" otherwise. Errors: the API server's, by code; kForbidden
/// and kInvalid when the Job or its account is refused (quota, admission), with the server's sentence.
Task<Result<std::string>> act(
    const cluster::Context& context, const Settings& settings, const Sight& sight, Effect effect
);

}  // namespace snapstash::restore
