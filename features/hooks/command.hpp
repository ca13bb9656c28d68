#pragma once
#include "features/hooks/errand.hpp"
#include "features/jobs/ports.hpp"

namespace snapstash::hooks {

/// What the pod of a hook's own Job does: runs `errand.post`. Returns kDone, or kFailed; the termination message says
/// why. SIGTERM does not interrupt it: its pod has the time that the hook may take.
Task<int> run_post(jobs::Ports ports, Errand errand);

}  // namespace snapstash::hooks
