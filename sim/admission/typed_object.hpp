#pragma once
#include <optional>
#include <string>

#include "kernel/json/value.hpp"
#include "sim/admission/field_set.hpp"
#include "sim/admission/field_type.hpp"

/// What structured-merge-diff does with objects of a type. Pure.
namespace snapstash::sim {

/// Returns which fields an object has.
FieldSet fields_of(const FieldType& type, const json::Value& object);

/// Which fields two objects differ in.
struct Comparison {
  FieldSet added, modified, removed;
};
Comparison compare(const FieldType& type, const json::Value& before, const json::Value& after);

/// Returns `live` with what `configuration` says laid over it: maps member by member, lists by their kind.
/// REQUIRES: both fit the type.
json::Value merge(const FieldType& type, json::Value live, const json::Value& configuration);

/// Returns `object` without the members of `fields`. A map or list that is left empty by that goes, too.
json::Value remove_fields(const FieldType& type, json::Value object, const FieldSet& fields);

/// Returns `fields` with the named fields that have members below them as members.
FieldSet with_named_fields(const FieldType& type, FieldSet fields);

/// Returns why an object does not fit its type, e.g. `.spec.foo: field not declared in schema`, or nothing.
std::optional<std::string> mismatch(const FieldType& type, const json::Value& object);

}  // namespace snapstash::sim
