#include "sim/admission/typed_shape.hpp"

namespace snapstash::sim::typed {

using Kind = FieldType::Kind;
using Merge = FieldType::Merge;

Shape shape_of(const FieldType& type, const json::Value& value) {
  switch (type.kind) {
    case Kind::kMap: return type.merge == Merge::kAtomic ? Shape::kLeaf : Shape::kMap;
    case Kind::kList: return type.merge == Merge::kAtomic ? Shape::kLeaf : Shape::kItems;
    case Kind::kAnything: return value.is_object() || value.is_null() ? Shape::kMap : Shape::kLeaf;
    default: return Shape::kLeaf;
  }
}

namespace {

const FieldType& anything() {
  static const FieldType type;
  return type;
}

}  // namespace

const FieldType& member_type(const FieldType& type, std::string_view key) {
  const FieldType* found = type.find(key);
  return found == nullptr ? anything() : *found;
}

const FieldType& item_type(const FieldType& type) { return type.element == nullptr ? anything() : *type.element; }

std::string field_element(std::string_view key) { return std::string("f:").append(key); }

std::string item_element(const FieldType& list, const json::Value& item) {
  if (list.merge == Merge::kSet) return "v:" + json::serialize(item);
  json::Object key;
  for (const auto& [name, fallback] : list.keys) {
    const json::Value* value = json::find_key(item, name);
    if (value != nullptr) {
      key.emplace(name, *value);
    } else if (!fallback.is_null()) {
      key.emplace(name, fallback);
    }
  }
  return "k:" + json::serialize(key);
}

bool is_empty(const json::Value* value) {
  if (value == nullptr || value->is_null()) return true;
  if (const json::Object* object = value->if_object()) return object->empty();
  if (const json::Array* array = value->if_array()) return array->empty();
  return false;
}

const json::Object& members_of(const json::Value* value) {
  static const json::Object none;
  const json::Object* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? none : *object;
}

const json::Array& items_of(const json::Value* value) {
  static const json::Array none;
  const json::Array* array = value == nullptr ? nullptr : value->if_array();
  return array == nullptr ? none : *array;
}

Indexed::Indexed(const FieldType& type, const json::Array& array) {
  for (const json::Value& item : array) {
    elements.push_back(item_element(type, item));
    items[elements.back()].push_back(&item);
  }
}

const json::Value* Indexed::only(std::string_view element) const {
  const auto found = items.find(element);
  return found == items.end() || found->second.size() > 1 ? nullptr : found->second.front();
}

}  // namespace snapstash::sim::typed
