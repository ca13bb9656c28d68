#pragma once
#include <string>

#include "kernel/base/error.hpp"

namespace snapstash::cli {

/// Returns what a person reads of an error: what happened, and the remedy where one is known. `server` is where the
/// request went. Pure.
std::string explain(const Error& error, const std::string& server);

}  // namespace snapstash::cli
