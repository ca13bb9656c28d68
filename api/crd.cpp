#include "api/crd.hpp"

#include <utility>

#include <fmt/format.h>

#include "api/backup_batch.hpp"
#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"

namespace snapstash::api {

namespace {

json::Array names(std::span<const std::string_view> list) {
  json::Array array;
  for (const auto name : list) array.push_back(json::make_string(name));
  return array;
}

json::Array columns(std::span<const PrinterColumn> list) {
  json::Array array;
  for (const auto& column : list) {
    json::Object object{
        {"name", json::make_string(column.name)},
        {"type", json::make_string(column.type)},
        {"jsonPath", json::make_string(column.json_path)},
    };
    if (column.priority != 0) object.emplace("priority", column.priority);
    if (!column.description.empty()) object.emplace("description", json::make_string(column.description));
    array.push_back(std::move(object));
  }
  return array;
}

// The API server knows what metadata looks like; a CRD may only say that it is there.
json::Object root_schema(const CrdParts& parts) {
  json::Object schema{{"type", "object"}, {"description", json::make_string(parts.description)}};
  json::Object properties{
      {"apiVersion", {{"type", "string"}}},
      {"kind", {{"type", "string"}}},
      {"metadata", {{"type", "object"}}},
  };
  for (const auto& [key, value] : *json::find_object(parts.schema, "/properties")) {
    if (key != "metadata") properties.emplace(key, json::clone(value));
  }
  schema.emplace("properties", std::move(properties));
  if (const auto* rules = json::find(parts.schema, "/x-kubernetes-validations")) {
    schema.emplace("x-kubernetes-validations", json::clone(*rules));
  }
  return schema;
}

}  // namespace

json::Value make_crd(const CrdParts& parts) {
  const auto& [group, version, kind, plural, namespaced] = parts.resource;
  json::Object names_object{
      {"kind", json::make_string(kind)},
      {"listKind", json::make_string(fmt::format("{}List", kind))},
      {"plural", json::make_string(plural)},
      {"singular", json::make_string(parts.singular)},
  };
  if (!parts.short_names.empty()) names_object.emplace("shortNames", names(parts.short_names));
  if (!parts.categories.empty()) names_object.emplace("categories", names(parts.categories));
  json::Object version_object{
      {"name", json::make_string(version)},
      {"served", true},
      {"storage", true},
  };
  if (json::find(parts.schema, "/properties/status") != nullptr) {
    version_object.emplace("subresources", json::Object{{"status", json::Object()}});
  }
  version_object.emplace("additionalPrinterColumns", columns(parts.columns));
  version_object.emplace("schema", json::Object{{"openAPIV3Schema", root_schema(parts)}});
  return {
      {"apiVersion", "apiextensions.k8s.io/v1"},
      {"kind", "CustomResourceDefinition"},
      {"metadata",
       {{"name", json::make_string(fmt::format("{}.{}", plural, group))},
        {"labels", {{"app.kubernetes.io/name", "stash"}}}}},
      {"spec",
       {{"group", json::make_string(group)},
        {"scope", namespaced ? "Namespaced" : "Cluster"},
        {"names", std::move(names_object)},
        {"versions", json::Array{std::move(version_object)}}}},
  };
}

std::vector<json::Value> all_crds() {
  return {crd_of<BackupConfiguration>(), crd_of<BackupSession>(), crd_of<RestoreSession>(),
          crd_of<BackupBatch>(),         crd_of<RestoreBatch>(),  crd_of<BackupBlueprint>()};
}

}  // namespace snapstash::api
