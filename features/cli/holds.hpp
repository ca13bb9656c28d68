#pragma once
#include "kernel/json/value.hpp"

namespace snapstash::cli {

/// Whether `whole` says all that `part` says: every member of an object, to any depth; anything else must be equal.
/// What the server has added is no difference. Pure.
bool holds(const json::Value& whole, const json::Value& part);

}  // namespace snapstash::cli
