#pragma once
#include <optional>
#include <string>

#include "kernel/json/value.hpp"
#include "sim/admission/field_type.hpp"

/// The one form in which the API server stores what can be written in several.
namespace snapstash::sim {

/// Drops what a Go struct does not have or does not say (unknown members, nulls, empty lists and maps), and brings
/// quantities into their form.
void encode_as_go_does(const FieldType& type, json::Value& value);

/// Adds the structs that a Go struct always has, empty as they may be: "spec": {}, "resources": {}.
void add_plain_structs(const FieldType& type, json::Value& value);

/// Returns why a Go struct cannot hold a value, in its decoder's words, or nothing. Unknown members do not matter.
std::optional<std::string> undecodable(const FieldType& type, const json::Value& value);

/// Puts members in one order: apiVersion, kind and metadata first, all others by name. The real order is another one,
/// but as fixed as this.
void sort_members(json::Value& object);

}  // namespace snapstash::sim
