#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"
#include "sim/admission/field_type.hpp"

/// How typed_object.hpp's functions take a value apart; for them only.
namespace snapstash::sim::typed {

/// How a value is treated: what its type says, or, without a schema, what it is.
enum class Shape { kLeaf, kMap, kItems };
Shape shape_of(const FieldType& type, const json::Value& value);

/// Returns the type of a member or an item; of anything, when the type does not say.
const FieldType& member_type(const FieldType& type, std::string_view key);
const FieldType& item_type(const FieldType& type);

/// Returns the path element of a member or of a list's item.
std::string field_element(std::string_view key);
std::string item_element(const FieldType& list, const json::Value& item);

/// Absent, null, or without members or items.
bool is_empty(const json::Value* value);
/// Returns an empty one when there is none.
const json::Object& members_of(const json::Value* value);
const json::Array& items_of(const json::Value* value);

/// A list's items by their path elements.
struct Indexed {
  std::vector<std::string> elements;  ///< One for each item.
  std::map<std::string, std::vector<const json::Value*>, std::less<>> items;

  Indexed(const FieldType& type, const json::Array& array);
  bool has(std::string_view element) const { return items.contains(element); }
  /// Returns nullptr when there is none, or more than one.
  const json::Value* only(std::string_view element) const;
};

}  // namespace snapstash::sim::typed
