#pragma once
#include <string>

#include "kernel/json/value.hpp"

namespace snapstash::cli {

/// How results are printed: for people, or as a document.
enum class Output { kTable, kJson, kYaml };

/// Returns a document, ending in a new line; JSON indented by four spaces, as kubectl prints it. `output` is not
/// kTable.
std::string format_document(const json::Value& value, Output output);

/// Returns objects as kubectl prints several: one List of apiVersion v1.
json::Value list_of(json::Array items);

}  // namespace snapstash::cli
