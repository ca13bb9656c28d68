#include "sim/admission/field_type.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "sim/admission/embedded_data.hpp"
#include "sim/admission/schema.hpp"

namespace snapstash::sim {
namespace {

using Kind = FieldType::Kind;
using Merge = FieldType::Merge;

const FieldType* scalar(std::string_view name) {
  static const auto of = [](Kind kind) {
    FieldType type;
    type.kind = kind;
    return type;
  };
  static const std::map<std::string_view, FieldType> all{
      {"string", of(Kind::kString)},        {"numeric", of(Kind::kNumber)},    {"number", of(Kind::kNumber)},
      {"integer", of(Kind::kNumber)},       {"boolean", of(Kind::kBoolean)},   {"scalar", of(Kind::kScalar)},
      {"any", of(Kind::kAnything)},         {"quantity", of(Kind::kQuantity)}, {"time", of(Kind::kTime)},
      {"micro-time", of(Kind::kMicroTime)},
  };
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

std::string_view group_in_table(std::string_view group) {
  if (group.empty()) return "core";
  return group.substr(0, group.find('.'));
}

}  // namespace

const FieldType* FieldType::find(std::string_view field) const {
  const auto found = fields.find(field);
  return found != fields.end() ? found->second : element;
}

FieldTypes::FieldTypes() {
  const json::Value table = built_in_types();
  const json::Object& types = table.at("types").get_object();
  for (const auto& type : types) {
    FieldType& made = make();
    made.name = std::string(type.key());
    named_[made.name] = &made;
  }
  for (const auto& type : types) fill(*named_[std::string(type.key())], type.value().get_object());
}

FieldType& FieldTypes::make() { return *types_.emplace_back(std::make_unique<FieldType>()); }

const FieldType* FieldTypes::find(std::string_view name) const {
  const auto found = named_.find(name);
  return found == named_.end() ? nullptr : found->second;
}

const FieldType* FieldTypes::from_table(const json::Value& description) {
  if (description.is_string()) {
    const std::string_view name = json::as_view(description);
    const FieldType* found = scalar(name);
    if (found == nullptr) found = find(name);
    if (found == nullptr) std::abort();  // the table is not closed
    return found;
  }
  FieldType& type = make();
  fill(type, description.get_object());
  return &type;
}

void FieldTypes::fill(FieldType& type, const json::Object& description) {
  if (const json::Value* element = description.if_contains("list")) {
    type.kind = Kind::kList;
    type.merge = description.contains("set") ? Merge::kSet : Merge::kAtomic;
    type.element = from_table(*element);
    if (const json::Value* keys = description.if_contains("keys")) {
      type.merge = Merge::kByKeys;
      for (const auto& key : keys->get_object()) type.keys.emplace_back(std::string(key.key()), key.value());
    }
  } else {
    type.kind = Kind::kMap;
    if (description.contains("atomic")) type.merge = Merge::kAtomic;
    if (const json::Value* others = description.if_contains("map")) type.element = from_table(*others);
    if (const json::Value* fields = description.if_contains("fields")) {
      for (const auto& field : fields->get_object()) {
        type.fields[std::string(field.key())] = from_table(field.value());
      }
    }
  }
  std::ranges::sort(type.keys, {}, &std::pair<std::string, json::Value>::first);
}

const FieldType& FieldTypes::add_object(const json::Value& openapi_v3) {
  const FieldType* given = from_schema(openapi_v3);
  if (given->kind != Kind::kMap) {
    FieldType& open = make();
    open.kind = Kind::kMap;
    open.element = scalar("any");
    given = &open;
  }
  FieldType& type = make();
  type = *given;
  type.fields["apiVersion"] = type.fields["kind"] = scalar("string");
  type.fields["metadata"] = find("meta.v1.ObjectMeta");
  return type;
}

// As apiextensions does it (structural schema → OpenAPI v2 → structured-merge-diff).
const FieldType* FieldTypes::from_schema(const json::Value& schema) {
  const bool open = json::find_key(schema, "x-kubernetes-preserve-unknown-fields") != nullptr;
  if (json::find_key(schema, "x-kubernetes-int-or-string") != nullptr) return scalar("scalar");
  const std::string_view name = json::find_string(schema, "/type");
  if (name == "array") {
    FieldType& type = make();
    type.kind = Kind::kList;
    type.merge = Merge::kAtomic;
    const json::Value* items = json::find_key(schema, "items");
    type.element = items == nullptr ? scalar("any") : from_schema(*items);
    const std::string_view list = json::find_string(schema, "/x-kubernetes-list-type");
    if (list == "set") type.merge = Merge::kSet;
    if (list == "map") type.merge = Merge::kByKeys;
    if (const json::Array* keys = json::find_array(schema, "/x-kubernetes-list-map-keys")) {
      for (const json::Value& key : *keys) {
        const json::Value* fallback = json::find(*items, fmt::format("/properties/{}/default", json::as_view(key)));
        type.keys.emplace_back(json::as_view(key), fallback == nullptr ? json::Value() : *fallback);
      }
    }
    std::ranges::sort(type.keys, {}, &std::pair<std::string, json::Value>::first);
    return &type;
  }
  const json::Value* others = json::find_key(schema, "additionalProperties");
  const json::Object* properties = json::find_object(schema, "/properties");
  if (name != "object" && properties == nullptr) {
    const FieldType* simple = scalar(name);
    return simple == nullptr ? scalar("any") : simple;
  }
  FieldType& type = make();
  type.kind = Kind::kMap;
  if (json::find_string(schema, "/x-kubernetes-map-type") == "atomic") type.merge = Merge::kAtomic;
  if (others != nullptr && others->is_object()) type.element = from_schema(*others);
  if (open) type.element = scalar("any");
  if (properties != nullptr) {
    for (const auto& property : *properties) type.fields[std::string(property.key())] = from_schema(property.value());
  }
  return &type;
}

namespace {

/// All kinds with their types; made once.
struct Known {
  FieldTypes types;
  std::map<std::string, const FieldType*, std::less<>> custom;  // by "group/Kind"
  const FieldType* unknown = nullptr;

  Known() {
    for (const auto& [kind, schema] : custom_schemas()) custom[kind] = &types.add_object(schema);
    unknown = &types.add_object(json::Value());
  }

  const FieldType* find_built_in(const kube::Resource& resource) const {
    return types.find(fmt::format("{}.{}.{}", group_in_table(resource.group), resource.version, resource.kind));
  }
};

const Known& known() {
  static const Known all;
  return all;
}

}  // namespace

bool is_built_in(const kube::Resource& resource) { return known().find_built_in(resource) != nullptr; }

const FieldType& field_type(const kube::Resource& resource) {
  const auto custom = known().custom.find(fmt::format("{}/{}", resource.group, resource.kind));
  if (custom != known().custom.end()) return *custom->second;
  const FieldType* found = known().find_built_in(resource);
  return found == nullptr ? *known().unknown : *found;
}

}  // namespace snapstash::sim
