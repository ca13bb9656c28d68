#pragma once
#include <functional>
#include <string>

#include "features/restore/job.hpp"
#include "features/restore/observe.hpp"

namespace snapstash::restore {

/// Carries out one effect. Idempotent: names derive from the session, deletes carry a UID.
/// Returns the resourceVersion of a Job that was created, "" otherwise. Errors: the API server's, by code; kForbidden
/// and kInvalid when the Job or its account is refused (quota, admission), with the server's sentence.
Task<Result<std::string>> act(
    const cluster::Context& context, const Settings& settings, const Sight& sight, Effect effect
);

/// Carries out a decision's effects, in their order. Returns why the API server would not have a Job, "" if it was not
/// asked, or did; the decision then looks again. `created` is told the resourceVersion of each Job that was. Errors:
/// the first that is no such refusal.
Task<Result<std::string>> carry_out(
    const cluster::Context& context, const Settings& settings, const Sight& sight, Decision& decision,
    std::function<void(std::string)> created
);

}  // namespace snapstash::restore
