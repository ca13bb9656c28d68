#pragma once
#include <string>

#include "kernel/json/value.hpp"

namespace snapstash::api {

/// Returns a document as YAML in block style, members in their order, so that equal documents give equal text.
/// Strings are plain where every YAML parser reads them back as the same string, else in double quotes.
std::string to_yaml(const json::Value& value);

}  // namespace snapstash::api
