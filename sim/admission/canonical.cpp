#include "sim/admission/canonical.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "kernel/base/time.hpp"
#include "sim/admission/quantity.hpp"

namespace snapstash::sim {
namespace {

using Kind = FieldType::Kind;

// Lists without `omitempty`: they are there even when they are empty.
bool is_always_there(std::string_view key) { return key == "rules"; }

bool is_hollow(const FieldType& type, const json::Value& value) {
  if (value.is_null()) return true;
  if (const json::Array* array = value.if_array()) return array->empty();
  const json::Object* object = value.if_object();
  // A struct may be empty and still mean something (emptyDir: {}); a map may not.
  return object != nullptr && object->empty() && type.kind == Kind::kMap && type.fields.empty();
}

std::vector<json::Object::value_type*> pointers_to(json::Object& object) {
  std::vector<json::Object::value_type*> members;
  members.reserve(object.size());
  for (auto& member : object) members.push_back(&member);
  return members;
}

int rank(std::string_view key, bool root) {
  if (!root) return 3;
  return key == "apiVersion" ? 0 : key == "kind" ? 1 : key == "metadata" ? 2 : 3;
}

void sort(json::Value& value, bool root) {
  if (json::Array* array = value.if_array()) {
    for (json::Value& item : *array) sort(item, false);
  }
  json::Object* object = value.if_object();
  if (object == nullptr) return;
  const auto before = [root](const auto* a, const auto* b) {
    const int left = rank(a->key(), root), right = rank(b->key(), root);
    return left != right ? left < right : a->key() < b->key();
  };
  auto members = pointers_to(*object);
  for (auto* member : members) sort(member->value(), false);
  if (std::ranges::is_sorted(members, before)) return;
  std::ranges::sort(members, before);
  json::Object sorted(object->storage());
  sorted.reserve(members.size());
  for (auto* member : members) sorted.emplace(member->key(), std::move(member->value()));
  *object = std::move(sorted);
}

void canonicalize(json::Value& quantity) {
  const std::string text = quantity.is_string() ? std::string(json::as_view(quantity)) : json::serialize(quantity);
  quantity = json::make_string(canonical_quantity(text));
}

std::string_view go_name(const json::Value& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_bool() ? "bool" : "number";
}

std::string short_name(const FieldType& type) { return type.name.substr(type.name.find_last_of('.') + 1); }

std::string go_type(const FieldType& type) {
  switch (type.kind) {
    case Kind::kString: return "string";
    case Kind::kNumber: return "int32";
    case Kind::kBoolean: return "bool";
    case Kind::kList: return "[]" + (type.element == nullptr ? "" : go_type(*type.element));
    case Kind::kMap: return type.name.empty() ? "map[string]string" : "v1." + short_name(type);
    default: return "string";
  }
}

bool fits(const FieldType& type, const json::Value& value) {
  switch (type.kind) {
    case Kind::kString:
    case Kind::kTime:
    case Kind::kMicroTime: return value.is_string();
    case Kind::kNumber: return value.is_number();
    case Kind::kBoolean: return value.is_bool();
    case Kind::kList: return value.is_array();
    case Kind::kMap: return value.is_object();
    default: return true;
  }
}

/// Where a value is, as Go's decoder says it.
struct Spot {
  std::string owner;  ///< The struct whose field it is.
  std::string path;
};

std::optional<std::string> wrong_text(const FieldType& type, const json::Value& value) {
  if (type.kind == Kind::kQuantity) {
    const std::string text = value.is_string() ? std::string(json::as_view(value)) : json::serialize(value);
    if (is_quantity(text)) return std::nullopt;
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  }
  if (type.kind != Kind::kTime && type.kind != Kind::kMicroTime) return std::nullopt;
  const std::string_view text = json::as_view(value);
  if (parse_time(text)) return std::nullopt;
  const std::string_view layout =
      type.kind == Kind::kTime ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
  return fmt::format("parsing time \"{}\" as \"{}\": cannot parse \"{}\" as \"2006\"", text, layout, text);
}

std::optional<std::string> find_undecodable(const FieldType& type, const json::Value& value, const Spot& spot) {
  if (value.is_null()) return std::nullopt;
  if (!fits(type, value)) {
    return fmt::format(
        "json: cannot unmarshal {} into Go struct field {}.{} of type {}", go_name(value), spot.owner, spot.path,
        go_type(type)
    );
  }
  if (auto wrong = wrong_text(type, value)) return wrong;
  if (const json::Array* array = value.if_array(); array != nullptr && type.element != nullptr) {
    for (const json::Value& item : *array) {
      if (auto wrong = find_undecodable(*type.element, item, spot)) return wrong;
    }
  }
  const json::Object* object = type.kind == Kind::kMap ? value.if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  for (const auto& member : *object) {
    const std::string key(member.key());
    const FieldType* of_member = type.find(key);
    if (of_member == nullptr) continue;
    const Spot below{
        type.name.empty() ? spot.owner : short_name(type),
        spot.path.empty() ? key : fmt::format("{}.{}", spot.path, key)
    };
    if (auto wrong = find_undecodable(*of_member, member.value(), below)) return wrong;
  }
  return std::nullopt;
}

// Fields that are structs, not pointers to one.
bool is_plain_struct(std::string_view owner, std::string_view field) {
  constexpr auto kFields = std::to_array<std::string_view>(
      {"metadata", "spec", "status", "template", "jobTemplate", "resources", "roleRef", "involvedObject", "regarding",
       "source", "deprecatedSource", "strategy", "updateStrategy", "loadBalancer"}
  );
  if (owner == "core.v1.PodSpec" || owner == "core.v1.Volume") return false;
  return std::ranges::find(kFields, field) != kFields.end();
}

}  // namespace

void add_plain_structs(const FieldType& type, json::Value& value) {
  if (json::Array* array = value.if_array(); array != nullptr && type.element != nullptr) {
    for (json::Value& item : *array) add_plain_structs(*type.element, item);
  }
  json::Object* object = type.kind == Kind::kMap ? value.if_object() : nullptr;
  if (object == nullptr) return;
  for (const auto& [field, of_field] : type.fields) {
    json::Value* at = object->if_contains(field);
    const bool plain = of_field->kind == Kind::kMap && is_plain_struct(type.name, field);
    if (at == nullptr && plain) at = &object->emplace(field, json::Object()).first->value();
    if (at != nullptr) add_plain_structs(*of_field, *at);
  }
}

std::optional<std::string> undecodable(const FieldType& type, const json::Value& value) {
  return find_undecodable(type, value, {});
}

void encode_as_go_does(const FieldType& type, json::Value& value) {
  if (json::Array* array = value.if_array(); array != nullptr && type.element != nullptr) {
    for (json::Value& item : *array) encode_as_go_does(*type.element, item);
  }
  if (type.kind == Kind::kQuantity && !value.is_null()) canonicalize(value);
  json::Object* object = value.if_object();
  if (object == nullptr || type.kind != Kind::kMap) return;
  for (auto member = object->begin(); member != object->end();) {
    const std::string_view key(member->key());
    const FieldType* of_member = type.find(key);
    if (of_member != nullptr) encode_as_go_does(*of_member, member->value());
    const bool hollow = of_member == nullptr || is_hollow(*of_member, member->value());
    if (hollow && (of_member == nullptr || !is_always_there(key))) {
      member = object->stable_erase(member);
    } else {
      ++member;
    }
  }
}

void sort_members(json::Value& object) { sort(object, true); }

}  // namespace snapstash::sim
