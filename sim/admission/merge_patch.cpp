#include "sim/admission/merge_patch.hpp"

#include "sim/admission/field_error.hpp"

namespace snapstash::sim {
namespace {

void merge(json::Object& target, const json::Object& patch);

// What a patch creates carries no nulls either.
json::Value without_nulls(const json::Value& patch) {
  const json::Object* object = patch.if_object();
  if (object == nullptr) return json::clone(patch);
  json::Object made;
  merge(made, *object);
  return made;
}

void merge(json::Object& target, const json::Object& patch) {
  for (const auto& member : patch) {
    if (member.value().is_null()) {
      target.erase(member.key());
      continue;
    }
    json::Value* at = target.if_contains(member.key());
    if (at != nullptr && at->is_object() && member.value().is_object()) {
      merge(at->get_object(), member.value().get_object());
    } else {
      target.insert_or_assign(member.key(), without_nulls(member.value()));
    }
  }
}

std::string_view go_kind(const json::Value& value) {
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_bool()) return "bool";
  return "number";
}

}  // namespace

Result<json::Value> merge_patch(json::Value target, const json::Value& patch) {
  if (!patch.is_object() || !target.is_object()) {
    std::string sentence = "error decoding patch: json: cannot unmarshal ";
    sentence.append(go_kind(patch)).append(" into Go value of type map[string]interface {}");
    return fail(status_error(400, "BadRequest", std::move(sentence)));
  }
  merge(target.get_object(), patch.get_object());
  return target;
}

}  // namespace snapstash::sim
