#pragma once
#include <string>

namespace snapstash::api {

/// Returns the API reference as Markdown: for each kind its columns and one row per field.
std::string reference_page();

}  // namespace snapstash::api
