#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::conformance {

/// One case as its file has it; tests/conformance/README.md has the format.
struct Case {
  std::string subject;  ///< Of the file, e.g. "apply".
  std::string name;
  json::Object let;  ///< Names that all cases of the file may use.
  json::Array steps;

  std::string title() const { return subject + ": " + name; }
};

/// Reads all `*.yaml` of a folder, in the order of their names. Errors: kInvalid or kMalformed, naming the file.
Result<std::vector<Case>> load_cases(const std::filesystem::path& folder);

}  // namespace snapstash::conformance
