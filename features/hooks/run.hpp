#pragma once
#include "features/hooks/errand.hpp"
#include "features/jobs/ports.hpp"

namespace snapstash::hooks {

/// Runs a hook: exec, httpGet, httpPost, tcpSocket, as far as it has them and in this order (Stash's); the first that
/// fails ends it. exec, and a network action without a host, address all pods of the audience side by side. A command
/// succeeds with exit code 0, HTTP with a status of 200 to 399 (redirections are not followed), TCP when connected. As
/// Kubernetes' probes do, HTTPS accepts any certificate. What could not even be started because the API server or the
/// network was away is tried again within the timeout; what may have been started is not.
///
/// Errors: kInvalid when no pod is there, a name leads nowhere, or a template cannot be rendered; kTimeout; otherwise
/// the code of what failed. The sentence names the pod and holds the end of the command's stderr.
Task<Result<void>> run(jobs::Ports ports, api::Handler handler, Errand errand);

}  // namespace snapstash::hooks
