#include "api/reference_page.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/crd.hpp"
#include "kernel/json/schema.hpp"

namespace snapstash::api {

namespace {

constexpr std::string_view kIntroduction =
    "# API reference\n"
    "\n"
    "Generated from the field tables in `api/`; do not edit. Group `stash.appscode.com`, version `v1beta1`, as in "
    "Stash.\n"
    "Fields marked “read by Stash's Restic driver only” are accepted and kept, so that YAML written for Stash applies\n"
    "unchanged. `[]` follows the name of a list, `{}` that of a map. Durations are Go's: `90s`, `1h30m`.\n";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string join_names(const json::Value& crd, std::string_view pointer) {
  std::vector<std::string> names;
  if (const auto* list = json::find_array(crd, pointer)) {
    for (const auto& name : *list) names.push_back(fmt::format("`{}`", json::as_view(name)));
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string columns_of(const json::Value& crd) {
  std::vector<std::string> names;
  for (const auto& column : *json::find_array(crd, "/spec/versions/0/additionalPrinterColumns")) {
    const bool wide = json::find(column, "/priority") != nullptr;
    names.push_back(fmt::format("{}{}", json::find_string(column, "/name"), wide ? " (with `-o wide`)" : ""));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string section(const json::Value& crd) {
  const json::Value& schema = *json::find(crd, "/spec/versions/0/schema/openAPIV3Schema");
  std::string out = fmt::format(
      "\n## {}\n\n{}\n\nShort names: {}. Categories: {}. Columns: {}.\n\n", json::find_string(crd, "/spec/names/kind"),
      json::find_string(schema, "/description"), join_names(crd, "/spec/names/shortNames"),
      join_names(crd, "/spec/names/categories"), columns_of(crd)
  );
  out += "| field | type | default | description |\n| --- | --- | --- | --- |\n";
  for (const auto& row : json::rows_of(schema)) {
    if (row.path == "apiVersion" || row.path == "kind" || row.path == "metadata") continue;
    out += fmt::format(
        "| `{}` | {} | {} | {}{} |\n", row.path, escaped(row.type),
        row.default_value.empty() ? "" : fmt::format("`{}`", escaped(row.default_value)),
        row.required ? "Required. " : "", escaped(row.description)
    );
  }
  return out;
}

}  // namespace

std::string reference_page() {
  std::string page(kIntroduction);
  for (const auto& crd : all_crds()) page += section(crd);
  return page;
}

}  // namespace snapstash::api
