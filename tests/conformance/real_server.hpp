#pragma once
#include <memory>
#include <string>

#include "tests/conformance/server.hpp"

namespace snapstash::conformance {

/// Returns the API server that $KUBECONFIG leads to; other requesters than the administrator are impersonated.
/// Errors: kNotFound or kInvalid, when it leads nowhere.
Result<std::unique_ptr<Server>> connect_real_server();

}  // namespace snapstash::conformance
