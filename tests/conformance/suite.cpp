#include "tests/conformance/suite.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "kernel/kube/yaml.hpp"

namespace snapstash::conformance {
namespace {

Result<void> load_file(const std::filesystem::path& path, std::vector<Case>& cases) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto document = kube::parse_yaml(text);
  if (!document) return fail(Error(document.error()).in(path.filename().string()));
  const json::Array* list = json::find_array(*document, "/cases");
  if (list == nullptr) return fail(Code::kInvalid, path.filename().string() + ": has no cases");
  const json::Object* let = json::find_object(*document, "/let");
  for (const json::Value& entry : *list) {
    const json::Array* steps = json::find_array(entry, "/steps");
    Case one{
        .subject = std::string(json::find_string(*document, "/subject")),
        .name = std::string(json::find_string(entry, "/name")),
        .let = let == nullptr ? json::Object() : *let,
        .steps = steps == nullptr ? json::Array() : *steps,
    };
    if (one.subject.empty() || one.name.empty() || one.steps.empty()) {
      return fail(
          Code::kInvalid, fmt::format("{}: '{}' needs subject, name and steps", path.filename().string(), one.name)
      );
    }
    cases.push_back(std::move(one));
  }
  return {};
}

}  // namespace

Result<std::vector<Case>> load_cases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Case> cases;
  for (const auto& path : paths) {
    if (auto loaded = load_file(path, cases); !loaded) return fail(std::move(loaded).error());
  }
  return cases;
}

}  // namespace snapstash::conformance
