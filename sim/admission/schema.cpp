#include "sim/admission/schema.hpp"

#include <fmt/format.h>

#include "api/crd.hpp"
#include "sim/admission/embedded_data.hpp"
#include "sim/admission/schema_check.hpp"

namespace snapstash::sim {
namespace {

bool is_set(const json::Value& schema, std::string_view flag) {
  const json::Value* value = json::find_key(schema, flag);
  return value != nullptr && value->is_bool() && value->get_bool();
}

void prune_value(const json::Value& schema, json::Value& value, bool root);

void prune_members(const json::Value& schema, json::Object& object, bool root) {
  const json::Object* properties = json::find_object(schema, "/properties");
  const json::Value* others = json::find_key(schema, "additionalProperties");
  const bool keeps = is_set(schema, "x-kubernetes-preserve-unknown-fields");
  for (auto member = object.begin(); member != object.end();) {
    const std::string_view key(member->key());
    const json::Value* property = properties == nullptr ? nullptr : properties->if_contains(key);
    const bool is_every_objects = root && (key == "apiVersion" || key == "kind" || key == "metadata");
    if (!is_every_objects && (property != nullptr || (others != nullptr && others->is_object()))) {
      prune_value(property != nullptr ? *property : *others, member->value(), false);
      ++member;
    } else if (is_every_objects || keeps || (others != nullptr && others->is_bool())) {
      ++member;
    } else {
      member = object.stable_erase(member);
    }
  }
}

void prune_value(const json::Value& schema, json::Value& value, bool root) {
  if (json::Object* object = value.if_object()) {
    prune_members(schema, *object, root);
  } else if (json::Array* array = value.if_array()) {
    const json::Value* items = json::find_key(schema, "items");
    if (items == nullptr) return;
    for (json::Value& item : *array) prune_value(*items, item, false);
  }
}

void default_value(const json::Value& schema, json::Value& value) {
  if (json::Array* array = value.if_array()) {
    const json::Value* items = json::find_key(schema, "items");
    if (items == nullptr) return;
    for (json::Value& item : *array) default_value(*items, item);
  }
  json::Object* object = value.if_object();
  if (object == nullptr) return;
  if (const json::Object* properties = json::find_object(schema, "/properties")) {
    for (const auto& property : *properties) {
      json::Value* at = object->if_contains(property.key());
      if (at != nullptr && at->is_null() && !is_set(property.value(), "nullable")) {
        object->stable_erase(object->find(property.key()));
        at = nullptr;
      }
      const json::Value* fallback = json::find_key(property.value(), "default");
      if (at == nullptr && fallback != nullptr) at = &(*object)[property.key()].operator=(json::clone(*fallback));
      if (at != nullptr) default_value(property.value(), *at);
    }
  }
  const json::Value* others = json::find_key(schema, "additionalProperties");
  if (others == nullptr || !others->is_object()) return;
  for (auto& member : *object) default_value(*others, member.value());
}

/// Whether the rules can be judged (hasBlockingErr).
bool blocks_rules(const Cause& cause) {
  for (const std::string_view reason :
       {"FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany",
        "FieldValueTypeInvalid"}) {
    if (cause.reason == reason) return true;
  }
  return false;
}

}  // namespace

void Schema::prune(json::Value& object) const { prune_value(*root_, object, true); }

void Schema::set_defaults(json::Value& object) const { default_value(*root_, object); }

Causes Schema::validate(std::string_view subresource, const json::Value* before, const json::Value& object) const {
  Causes causes;
  if (subresource != "status") {
    check_value(*root_, {.before = before, .now = &object, .field = "", .name = ""}, causes);
  } else if (const json::Value* status = json::find_key(object, "status")) {
    const json::Value* old = before == nullptr ? nullptr : json::find_key(*before, "status");
    const json::Value* schema = json::find(*root_, "/properties/status");
    if (schema != nullptr) {
      check_value(*schema, {.before = old, .now = status, .field = "status", .name = ""}, causes);
    }
  }
  if (rules_.empty()) return causes;
  for (const Cause& cause : causes) {
    if (!blocks_rules(cause)) continue;
    causes.push_back(invalid_value(
        "<nil>", json::Value(),
        "some validation rules were not checked because the object was invalid; correct the existing errors to "
        "complete validation"
    ));
    return causes;
  }
  rules_.check(before, object, causes);
  return causes;
}

const std::map<std::string, json::Value, std::less<>>& custom_schemas() {
  static const auto schemas = [] {
    std::map<std::string, json::Value, std::less<>> all;
    const json::Value snapshots = snapshot_schemas();
    for (const auto& schema : snapshots.at("schemas").get_object()) {
      all[fmt::format("snapshot.storage.k8s.io/{}", std::string_view(schema.key()))] = schema.value();
    }
    for (const json::Value& crd : api::all_crds()) {
      all[fmt::format("{}/{}", json::find_string(crd, "/spec/group"), json::find_string(crd, "/spec/names/kind"))] =
          *json::find(crd, "/spec/versions/0/schema/openAPIV3Schema");
    }
    return all;
  }();
  return schemas;
}

const Schema* find_schema(const kube::Resource& resource) {
  static const auto schemas = [] {
    std::map<std::string, Schema, std::less<>> all;
    for (const auto& [kind, schema] : custom_schemas()) all.emplace(kind, Schema(schema));
    return all;
  }();
  const auto found = schemas.find(fmt::format("{}/{}", resource.group, resource.kind));
  return found == schemas.end() ? nullptr : &found->second;
}

}  // namespace snapstash::sim
