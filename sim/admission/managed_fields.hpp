#pragma once
#include <string>
#include <vector>

#include "kernel/json/value.hpp"
#include "sim/admission/field_set.hpp"

namespace snapstash::sim {

/// One entry of metadata.managedFields: what one manager owns through one operation.
struct Manager {
  std::string name, operation, api_version, subresource;
  std::string time;  ///< "" = none.
  FieldSet fields;

  bool applies() const { return operation == "Apply"; }
  /// Whether both are the same manager: appliers whatever the version they last applied.
  bool is(const Manager& other) const {
    return name == other.name && operation == other.operation && subresource == other.subresource &&
           (applies() || api_version == other.api_version);
  }
};

using Managers = std::vector<Manager>;

/// Reads metadata.managedFields; none when they are missing or broken.
Managers managers_of(const json::Value& object);

/// Writes them: appliers first, then by time and name; no member when there are none. At most ten updaters are kept,
/// the oldest of the others become one, "ancient-changes".
void set_managers(json::Value& object, Managers managers);

/// Returns the entry of the same manager, or nullptr.
Manager* find_manager(Managers& managers, const Manager& like);

/// Takes metadata.managedFields out of an object.
void drop_managed_fields(json::Value& object);

}  // namespace snapstash::sim
