#include "api/generated_files.hpp"

#include <fmt/format.h>

#include "api/admission_policy.hpp"
#include "api/crd.hpp"
#include "api/reference_page.hpp"
#include "api/yaml.hpp"

namespace snapstash::api {

namespace {

constexpr std::string_view kNote = "# Generated from the field tables in api/; do not edit.\n";

std::string manifest(const json::Value& object) { return std::string(kNote) + to_yaml(object); }

}  // namespace

std::vector<GeneratedFile> generated_files() {
  std::vector<GeneratedFile> files;
  for (const auto& crd : all_crds()) {
    files.push_back(
        {fmt::format("deploy/chart/crd-files/{}.yaml", json::find_string(crd, "/metadata/name")), manifest(crd)}
    );
  }
  for (const NamespacePolicy& each : namespace_policies()) {
    const std::string_view stem = each.name.substr(0, each.name.find('.'));
    files.push_back({fmt::format("deploy/chart/admission-files/{}-policy.yaml", stem), manifest(each.policy)});
    files.push_back({fmt::format("deploy/chart/admission-files/{}-binding.yaml", stem), manifest(each.binding)});
  }
  files.push_back({"docs/reference/api.md", reference_page()});
  return files;
}

}  // namespace snapstash::api
