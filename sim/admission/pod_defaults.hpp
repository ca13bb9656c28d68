#pragma once
#include "kernel/json/value.hpp"

namespace snapstash::sim {

/// Returns a member, which is made (as an object) when it is missing.
json::Object& object_at(json::Object& object, std::string_view key);
/// Returns nullptr when it is missing, or something else.
json::Object* find_object_at(json::Object& object, std::string_view key);
json::Array* find_array_at(json::Object& object, std::string_view key);
/// Sets a member that is missing.
void put_default(json::Object& object, std::string_view key, json::Value value);

/// Fills in what core/v1's defaults.go does in a PodSpec.
void set_pod_defaults(json::Object& pod_spec);

/// The same for a pod template, which then has metadata and a spec.
void set_template_defaults(json::Object& pod_template);

}  // namespace snapstash::sim
