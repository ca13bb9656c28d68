#pragma once
#include <string>

#include "tests/conformance/server.hpp"
#include "tests/conformance/variables.hpp"

namespace snapstash::conformance {

/// Installs what all cases may count on: our CRDs, and the operator's account with our chart's roles. Idempotent.
/// Errors: what the server said.
Result<void> prepare(Server& server);

/// Makes a namespace, as the administrator.
Result<void> make_namespace(Server& server, const std::string& name);

/// Asks for the end of a namespace and does not wait for it.
void drop_namespace(Server& server, const std::string& name);

/// Returns what a case in that namespace knows from the start: `ns`, and the accounts of `prepare`.
Variables variables_for(const std::string& namespace_);

}  // namespace snapstash::conformance
