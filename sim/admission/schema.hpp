#pragma once
#include <functional>
#include <map>
#include <string>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"
#include "sim/admission/cel_rules.hpp"
#include "sim/admission/field_error.hpp"

namespace snapstash::sim {

/// A CRD's structural schema (openAPIV3Schema), its x-kubernetes-validations included as far as cel_rules.hpp knows
/// them. A view: the schema must outlive it.
class Schema {
 public:
  explicit Schema(const json::Value& openapi_v3) : root_(&openapi_v3), rules_(openapi_v3) {}

  /// Drops what the schema does not know; apiVersion, kind and metadata stay.
  void prune(json::Value& object) const;
  /// Fills in defaults, and drops nulls.
  void set_defaults(json::Value& object) const;
  /// Returns what is wrong with an object, in the order of its fields, and with what it has become from `before`
  /// (nullptr: it is created). What was wrong before, and is unchanged, passes (ratcheting). With `subresource`
  /// "status" only the status is looked at, and the rules. Nothing below metadata is looked at.
  Causes validate(std::string_view subresource, const json::Value* before, const json::Value& object) const;

 private:
  const json::Value* root_;
  CelRules rules_;
};

/// Returns the schema of our kinds and of external-snapshotter's; nullptr for the others.
const Schema* find_schema(const kube::Resource& resource);

/// Returns the schemas themselves, as "group/Kind" → openAPIV3Schema.
const std::map<std::string, json::Value, std::less<>>& custom_schemas();

}  // namespace snapstash::sim
