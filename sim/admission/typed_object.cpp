#include "sim/admission/typed_object.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/admission/typed_shape.hpp"

namespace snapstash::sim {

using namespace typed;
using Kind = FieldType::Kind;
using Merge = FieldType::Merge;

namespace {

void collect(const FieldType& type, const json::Value& value, FieldSet::Node& node);

void collect_below(const FieldType& type, const json::Value& value, FieldSet& to) {
  if (const json::Object* object = value.if_object()) {
    for (const auto& member : *object) {
      const std::string_view key(member.key());
      FieldSet::Node& node = to.at(field_element(key));
      collect(member_type(type, key), member.value(), node);
      const bool hollow = member.value().is_null() || (member.value().is_object() && is_empty(&member.value()));
      if (hollow || !type.names(key)) node.member = true;
    }
  } else if (const json::Array* array = value.if_array()) {
    const Indexed indexed(type, *array);
    for (const auto& [element, items] : indexed.items) {
      FieldSet::Node& node = to.at(element);
      if (items.size() == 1) collect(item_type(type), *items.front(), node);
      node.member = true;
    }
  }
}

void collect(const FieldType& type, const json::Value& value, FieldSet::Node& node) {
  if (shape_of(type, value) == Shape::kLeaf) {
    node.member = true;
  } else {
    collect_below(type, value, node.below);
  }
}

}  // namespace

FieldSet fields_of(const FieldType& type, const json::Value& object) {
  FieldSet set;
  collect_below(type, object, set);
  set.trim();
  return set;
}

FieldSet with_named_fields(const FieldType& type, FieldSet fields) {
  FieldSet named;
  for (const FieldSet::Node& each : fields.nodes()) {
    const bool is_field = each.element.front() == 'f';
    const std::string_view key = std::string_view(each.element).substr(2);
    FieldSet::Node& node = named.at(each.element);
    node.member = each.member || (is_field && type.names(key));
    node.below = with_named_fields(is_field ? member_type(type, key) : item_type(type), each.below);
  }
  return named;
}

namespace {

std::optional<std::string> item_mismatch(const FieldType& type, const json::Array& array) {
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (type.merge == Merge::kSet || type.merge == Merge::kByKeys) {
      std::string element = item_element(type, array[i]);
      if (element == "k:{}") {
        return fmt::format(
            ": element {}: associative list with keys has an element that omits all key fields [\"{}\"] (and doesn't "
            "have default values for any key fields)",
            i, type.keys.front().first
        );
      }
      if (std::ranges::find(seen, element) != seen.end()) {
        FieldSet set;
        set.at(element).member = true;
        return fmt::format(": duplicate entries for key {}", set.paths().front());
      }
      seen.push_back(std::move(element));
    }
    if (auto why = mismatch(item_type(type), array[i])) return fmt::format("[{}]{}", i, *why);
  }
  return std::nullopt;
}

std::optional<std::string> expected(std::string_view what) { return fmt::format(": expected {}", what); }

}  // namespace

std::optional<std::string> mismatch(const FieldType& type, const json::Value& object) {
  if (object.is_null()) return std::nullopt;
  switch (type.kind) {
    case Kind::kString: return object.is_string() ? std::nullopt : expected("string");
    case Kind::kNumber: return object.is_number() ? std::nullopt : expected("numeric");
    case Kind::kBoolean: return object.is_bool() ? std::nullopt : expected("boolean");
    case Kind::kQuantity:
    case Kind::kTime:
    case Kind::kMicroTime:
    case Kind::kScalar: return object.is_structured() ? expected("scalar") : std::nullopt;
    case Kind::kAnything: return std::nullopt;
    case Kind::kList: return object.is_array() ? item_mismatch(type, object.get_array()) : expected("list");
    case Kind::kMap: break;
  }
  if (!object.is_object()) return expected("map");
  for (const auto& member : object.get_object()) {
    const std::string_view key(member.key());
    const FieldType* field = type.find(key);
    if (field == nullptr) return fmt::format(".{}: field not declared in schema", key);
    if (auto why = mismatch(*field, member.value())) return fmt::format(".{}{}", key, *why);
  }
  return std::nullopt;
}

}  // namespace snapstash::sim
