#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "api/printer_column.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/json/schema.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// What a CustomResourceDefinition is made of; views of what the kind's field table says.
struct CrdParts {
  kube::Resource resource;
  std::string_view description, singular;
  std::span<const std::string_view> short_names, categories;
  std::span<const PrinterColumn> columns;
  json::Value schema;
};

/// Returns apiextensions.k8s.io/v1 of one kind: one version, a status subresource if there is a status, no
/// conversion.
json::Value make_crd(const CrdParts& parts);

/// Returns the CustomResourceDefinition of a kind whose SchemaOf is compiled.
template <class T>
json::Value crd_of() {
  using D = json::Description<T>;
  return make_crd(
      {T::kResource, D::description, D::singular, D::short_names, D::categories, D::columns, json::schema<T>()}
  );
}

/// Returns the CRDs of all kinds that Snapstash serves.
std::vector<json::Value> all_crds();

}  // namespace snapstash::api
