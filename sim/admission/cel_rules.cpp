#include "sim/admission/cel_rules.hpp"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "sim/admission/cel_rule_table.hpp"

namespace snapstash::sim {
namespace {

// The one message of ours that is an expression.
constexpr std::string_view kTargetKindMessage =
    "'unsupported target kind \"' + self.ref.kind + '\": Snapstash backs up the volumes of a Deployment, StatefulSet, "
    "DaemonSet or PersistentVolumeClaim'";

struct Judged {
  const json::Value* before;  ///< nullptr: it was not there.
  const json::Value* now;
  std::string path;
};

std::string message_of(const json::Value& rule, const json::Value& self) {
  const std::string_view message = json::find_string(rule, "/message");
  if (json::find_string(rule, "/messageExpression") != kTargetKindMessage) return std::string(message);
  return fmt::format("unsupported target kind \"{}\": {}", json::find_string(self, "/ref/kind"), message);
}

Cause cause_of(const json::Value& rule, const Judged& judged) {
  std::string field = judged.path + std::string(json::find_string(rule, "/fieldPath"));
  if (field.starts_with('.')) field.erase(0, 1);
  if (field.empty()) field = "<nil>";
  const std::string message = message_of(rule, *judged.now);
  const std::string_view reason = json::find_string(rule, "/reason");
  if (reason == "FieldValueRequired") return required(std::move(field), message);
  if (reason == "FieldValueForbidden") return forbidden(std::move(field), message);
  if (!judged.now->is_structured()) return invalid_value(std::move(field), *judged.now, message);
  return {"FieldValueInvalid", std::move(field), "Invalid value: " + message};
}

void judge(const json::Value& schema, const Judged& judged, Causes& causes) {
  const json::Array* rules = json::find_array(schema, "/x-kubernetes-validations");
  if (rules == nullptr) return;
  const bool same = judged.before != nullptr && *judged.before == *judged.now;
  for (const json::Value& each : *rules) {
    const CelRule* rule = find_cel_rule(json::find_string(each, "/rule"));
    if (rule == nullptr) std::abort();  // a rule that changed: the test names it
    const bool optional = json::find_key(each, "optionalOldSelf") != nullptr;
    if (rule->of_transition && judged.before == nullptr && !optional) continue;
    if (rule->holds(*judged.now, judged.before)) continue;
    // What was wrong before, and has not been touched, passes with a warning.
    if (!rule->of_transition && same) continue;
    causes.push_back(cause_of(each, judged));
  }
}

void walk(const json::Value& schema, const Judged& judged, Causes& causes);

void walk_members(const json::Value& schema, const Judged& judged, Causes& causes) {
  const json::Object* properties = json::find_object(schema, "/properties");
  const json::Value* others = json::find_key(schema, "additionalProperties");
  for (const auto& member : judged.now->get_object()) {
    const std::string_view key(member.key());
    const json::Value* of_member = properties == nullptr ? nullptr : properties->if_contains(key);
    if (of_member == nullptr && others != nullptr && others->is_object()) of_member = others;
    if (of_member == nullptr) continue;
    const json::Value* before = judged.before == nullptr ? nullptr : json::find_key(*judged.before, key);
    walk(*of_member, {before, &member.value(), fmt::format("{}.{}", judged.path, key)}, causes);
  }
}

void walk(const json::Value& schema, const Judged& judged, Causes& causes) {
  if (judged.now->is_null() || !has_rules(schema)) return;
  judge(schema, judged, causes);
  if (judged.now->is_object()) walk_members(schema, judged, causes);
  const json::Value* items = json::find_key(schema, "items");
  const json::Array* array = judged.now->if_array();
  if (items == nullptr || array == nullptr) return;
  for (std::size_t i = 0; i < array->size(); ++i) {
    walk(*items, {nullptr, &(*array)[i], fmt::format("{}[{}]", judged.path, i)}, causes);
  }
}

template <class Visit>
bool any_schema(const json::Value& schema, const Visit& visit) {
  if (visit(schema)) return true;
  if (const json::Object* properties = json::find_object(schema, "/properties")) {
    for (const auto& property : *properties) {
      if (any_schema(property.value(), visit)) return true;
    }
  }
  for (const std::string_view key : {"items", "additionalProperties"}) {
    const json::Value* below = json::find_key(schema, key);
    if (below != nullptr && below->is_object() && any_schema(*below, visit)) return true;
  }
  return false;
}

}  // namespace

bool has_rules(const json::Value& schema) {
  return any_schema(schema, [](const json::Value& each) {
    return json::find_key(each, "x-kubernetes-validations") != nullptr;
  });
}

void check_rules(const json::Value& schema, const json::Value* before, const json::Value& object, Causes& causes) {
  walk(schema, {before, &object, ""}, causes);
}

std::vector<std::string> unknown_rules(const json::Value& schema) {
  std::vector<std::string> unknown;
  any_schema(schema, [&](const json::Value& each) {
    const json::Array* rules = json::find_array(each, "/x-kubernetes-validations");
    if (rules == nullptr) return false;
    for (const json::Value& rule : *rules) {
      const std::string_view text = json::find_string(rule, "/rule");
      if (find_cel_rule(text) == nullptr) unknown.emplace_back(text);
      const std::string_view expression = json::find_string(rule, "/messageExpression");
      if (!expression.empty() && expression != kTargetKindMessage) unknown.emplace_back(expression);
    }
    return false;
  });
  return unknown;
}

}  // namespace snapstash::sim
