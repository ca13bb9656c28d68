#pragma once
#include "kernel/json/value.hpp"

/// The JSON files beside this header, as they were when the program was built.
namespace snapstash::sim {

/// built_in_types.json: how the fields of built-in kinds merge.
json::Value built_in_types();
/// chart_roles.json: see chart_roles.hpp.
json::Value chart_roles_file();
/// snapshot_schemas.json: external-snapshotter's CRDs.
json::Value snapshot_schemas();

}  // namespace snapstash::sim
