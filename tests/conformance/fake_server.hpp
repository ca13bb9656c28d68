#pragma once
#include <memory>

#include "tests/conformance/server.hpp"

namespace snapstash::conformance {

/// Returns the simulator's API server, with a garbage collector and a namespace controller behind it, on virtual time.
std::unique_ptr<Server> make_fake_server();

}  // namespace snapstash::conformance
