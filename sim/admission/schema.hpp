#pragma once
#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"
#include "sim/admission/field_error.hpp"

namespace snapstash::sim {

/// A CRD's structural schema (openAPIV3Schema). A view: the schema must outlive it. Without x-kubernetes-validations:
/// what the CEL rules say is in kind_rules.hpp.
class Schema {
 public:
  explicit Schema(const json::Value& openapi_v3) : root_(openapi_v3) {}

  /// Drops what the schema does not know; apiVersion, kind and metadata stay.
  void prune(json::Value& object) const;
  /// Fills in defaults, and drops nulls where there is one.
  void set_defaults(json::Value& object) const;
  /// Returns what is wrong, in the order of the fields. Nothing below metadata is looked at.
  Causes validate(const json::Value& object) const;

 private:
  const json::Value& root_;
};

/// Returns the schema of our kinds and of external-snapshotter's; nullptr for the others.
const Schema* find_schema(const kube::Resource& resource);

}  // namespace snapstash::sim
