#pragma once
#include <string>

#include "kernel/json/value.hpp"

namespace snapstash::api::templates {

/// Returns a value as Go's json.Marshal writes it: members in the order of their keys, <, > and & escaped. Internal to
/// the templates of hooks (hook_template.hpp): json::serialize does neither.
std::string to_json(const json::Value& value);

}  // namespace snapstash::api::templates
