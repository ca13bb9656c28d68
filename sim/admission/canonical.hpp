#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/json/value.hpp"
#include "sim/admission/field_type.hpp"

/// The one form in which the API server stores what can be written in several.
namespace snapstash::sim {

/// Drops what a Go struct does not have or does not say: unknown members, nulls, empty lists and maps.
void drop_what_go_drops(const FieldType& type, json::Value& value);

/// Puts members in one order: apiVersion, kind and metadata first, all others by name. The real order is another one,
/// but as fixed as this.
void sort_members(json::Value& object);

/// Returns a quantity (apimachinery's resource.Quantity) as the server writes it: "1024Mi" → "1Gi", "1000m" → "1".
/// Anything else is returned as it is.
std::string canonical_quantity(std::string_view text);

/// Returns how two quantities compare; unordered when one of them is none.
std::partial_ordering compare_quantities(std::string_view a, std::string_view b);

/// Brings all quantities below `resources` (requests, limits, or a plain list as capacity) into that form.
void canonicalize_quantities(json::Value* quantities);

}  // namespace snapstash::sim
