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

using Carriers = std::unordered_set<const json::Value*>;

void walk(const json::Value& schema, const Carriers& carriers, const Judged& judged, Causes& causes);

void walk_members(const json::Value& schema, const Carriers& carriers, const Judged& judged, Causes& causes) {
  const json::Object* properties = json::find_object(schema, "/properties");
  const json::Value* others = json::find_key(schema, "additionalProperties");
  for (const auto& member : judged.now->get_object()) {
    const std::string_view key(member.key());
    const json::Value* of_member = properties == nullptr ? nullptr : properties->if_contains(key);
    if (of_member == nullptr && others != nullptr && others->is_object()) of_member = others;
    if (of_member == nullptr || !carriers.contains(of_member)) continue;
    const json::Value* before = judged.before == nullptr ? nullptr : json::find_key(*judged.before, key);
    walk(*of_member, carriers, {before, &member.value(), fmt::format("{}.{}", judged.path, key)}, causes);
  }
}

void walk(const json::Value& schema, const Carriers& carriers, const Judged& judged, Causes& causes) {
  if (judged.now->is_null() || !carriers.contains(&schema)) return;
  judge(schema, judged, causes);
  if (judged.now->is_object()) walk_members(schema, carriers, judged, causes);
  const json::Value* items = json::find_key(schema, "items");
  const json::Array* array = judged.now->if_array();
  if (items == nullptr || array == nullptr) return;
  for (std::size_t i = 0; i < array->size(); ++i) {
    walk(*items, carriers, {nullptr, &(*array)[i], fmt::format("{}[{}]", judged.path, i)}, causes);
  }
}

/// Returns the schemas right below one.
std::vector<const json::Value*> children_of(const json::Value& schema) {
  std::vector<const json::Value*> children;
  if (const json::Object* properties = json::find_object(schema, "/properties")) {
    for (const auto& property : *properties) children.push_back(&property.value());
  }
  for (const std::string_view key : {"items", "additionalProperties"}) {
    const json::Value* below = json::find_key(schema, key);
    if (below != nullptr && below->is_object()) children.push_back(below);
  }
  return children;
}

bool find_carriers(const json::Value& schema, Carriers& carriers) {
  bool carries = json::find_key(schema, "x-kubernetes-validations") != nullptr;
  for (const json::Value* child : children_of(schema)) carries |= find_carriers(*child, carriers);
  if (carries) carriers.insert(&schema);
  return carries;
}

void find_unknown(const json::Value& schema, std::vector<std::string>& unknown) {
  const json::Array* rules = json::find_array(schema, "/x-kubernetes-validations");
  for (std::size_t i = 0; rules != nullptr && i < rules->size(); ++i) {
    const std::string_view text = json::find_string((*rules)[i], "/rule");
    if (find_cel_rule(text) == nullptr) unknown.emplace_back(text);
    const std::string_view expression = json::find_string((*rules)[i], "/messageExpression");
    if (!expression.empty() && expression != kTargetKindMessage) unknown.emplace_back(expression);
  }
  for (const json::Value* child : children_of(schema)) find_unknown(*child, unknown);
}

}  // namespace

CelRules::CelRules(const json::Value& schema) : schema_(&schema) { find_carriers(schema, carriers_); }

void CelRules::check(const json::Value* before, const json::Value& object, Causes& causes) const {
  walk(*schema_, carriers_, {before, &object, ""}, causes);
}

std::vector<std::string> unknown_rules(const json::Value& schema) {
  std::vector<std::string> unknown;
  find_unknown(schema, unknown);
  return unknown;
}

}  // namespace snapstash::sim
