#include "kernel/json/schema.hpp"

#include <fmt/format.h>

#include "kernel/json/schema_impl.hpp"

namespace snapstash::json {

namespace schema_detail {

namespace {

boost::json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

void set_number(Object& schema, std::string_view key, const std::optional<std::int64_t>& number) {
  if (number) schema.insert_or_assign(view(key), *number);
}

Array rules_as_json(const Rule* rules, std::size_t count) {
  Array array;
  for (std::size_t i = 0; i < count; ++i) {
    Object rule{{"rule", view(rules[i].expression)}, {"message", view(rules[i].message)}};
    if (!rules[i].message_expression.empty()) rule.emplace("messageExpression", view(rules[i].message_expression));
    if (rules[i].optional_old_self) rule.emplace("optionalOldSelf", true);
    if (!rules[i].reason.empty()) rule.emplace("reason", view(rules[i].reason));
    if (!rules[i].field_path.empty()) rule.emplace("fieldPath", view(rules[i].field_path));
    array.emplace_back(std::move(rule));
  }
  return array;
}

Value as_json(const Default& value) {
  switch (value.type) {
    case Default::Type::kText: return boost::json::string(view(value.text));
    case Default::Type::kNumber: return value.number;
    case Default::Type::kFlag: return value.flag;
    case Default::Type::kNone: break;
  }
  return nullptr;
}

void set_list_type(Object& schema, const FieldOptions& options) {
  if (options.atomic) {
    const bool list = schema.contains("items");
    schema.insert_or_assign(list ? "x-kubernetes-list-type" : "x-kubernetes-map-type", "atomic");
  }
  if (options.list_map_keys[0].empty()) return;
  Array keys;
  for (const auto key : options.list_map_keys) {
    if (!key.empty()) keys.emplace_back(view(key));
  }
  schema.insert_or_assign("x-kubernetes-list-type", "map");
  schema.insert_or_assign("x-kubernetes-list-map-keys", std::move(keys));
}

}  // namespace

Object of_scalar(std::string_view type, std::string_view format) {
  Object schema{{"type", view(type)}};
  if (!format.empty()) schema.emplace("format", view(format));
  return schema;
}

Object of_enum(const std::string_view* names, std::size_t count) {
  Array values;
  for (std::size_t i = 0; i < count; ++i) values.emplace_back(view(names[i]));
  return {{"type", "string"}, {"enum", std::move(values)}};
}

Object of_list(Object items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Object of_map(Object values) { return {{"type", "object"}, {"additionalProperties", std::move(values)}}; }
Object of_opaque_object() { return {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}; }
Object of_int_or_string() { return {{"x-kubernetes-int-or-string", true}}; }

Object finish(Object schema, std::string_view doc, const FieldOptions& options) {
  if (!options.raw_schema.empty()) schema = parse(options.raw_schema).value().as_object();
  if (!doc.empty()) schema.insert_or_assign("description", view(doc));
  if (!options.format.empty()) schema.insert_or_assign("format", view(options.format));
  if (options.default_value.is_set()) schema.insert_or_assign("default", as_json(options.default_value));
  if (!options.pattern.empty()) schema.insert_or_assign("pattern", view(options.pattern));
  set_number(schema, "minimum", options.minimum);
  set_number(schema, "maximum", options.maximum);
  set_number(schema, "minLength", options.min_length);
  set_number(schema, "maxLength", options.max_length);
  set_number(schema, "minItems", options.min_items);
  set_number(schema, "maxItems", options.max_items);
  set_number(schema, "maxProperties", options.max_properties);
  set_list_type(schema, options);
  if (options.preserve_unknown) schema.insert_or_assign("x-kubernetes-preserve-unknown-fields", true);
  if (options.rule_count > 0) {
    Array rules = rules_as_json(options.rules.data(), options.rule_count);
    if (Value* own = schema.if_contains("x-kubernetes-validations")) {
      for (auto& rule : rules) own->as_array().push_back(std::move(rule));
    } else {
      schema.emplace("x-kubernetes-validations", std::move(rules));
    }
  }
  return schema;
}

Object of_struct(Object properties, Array required, const Rule* rules, std::size_t rule_count) {
  Object schema{{"type", "object"}};
  if (!required.empty()) schema.emplace("required", std::move(required));
  if (!properties.empty()) schema.emplace("properties", std::move(properties));
  if (rule_count > 0) schema.emplace("x-kubernetes-validations", rules_as_json(rules, rule_count));
  return schema;
}

}  // namespace schema_detail

namespace {

std::string type_of(const Value& schema) {
  if (const Array* names = find_array(schema, "/enum")) {
    std::string known;
    for (const auto& name : *names) known += fmt::format("{}`{}`", known.empty() ? "" : ", ", as_view(name));
    return known;
  }
  if (const Value* items = find_key(schema, "items")) return "[]" + type_of(*items);
  if (const Value* values = find_key(schema, "additionalProperties")) return "map[string]" + type_of(*values);
  if (find_key(schema, "x-kubernetes-int-or-string") != nullptr) return "integer or string";
  if (find_string(schema, "/format") == "date-time") return "time";
  const std::string_view type = find_string(schema, "/type");
  return std::string(type.empty() ? "any" : type);
}

// Steps through lists and maps to the struct inside, noting them in the path.
const Value* inner_struct(const Value* schema, std::string& path) {
  while (true) {
    if (const Value* items = find_key(*schema, "items")) {
      path += "[]";
      schema = items;
    } else if (const Value* values = find_key(*schema, "additionalProperties")) {
      path += "{}";
      schema = values;
    } else {
      return schema;
    }
  }
}

bool is_required(const Value& parent, std::string_view name) {
  const Array* required = find_array(parent, "/required");
  if (required == nullptr) return false;
  for (const auto& entry : *required) {
    if (as_view(entry) == name) return true;
  }
  return false;
}

void add_rows(const Value& schema, const std::string& prefix, std::vector<FieldRow>& rows) {
  const Object* properties = find_object(schema, "/properties");
  if (properties == nullptr) return;
  for (const auto& [key, field] : *properties) {
    const std::string_view name(key.data(), key.size());
    const Value* default_value = find_key(field, "default");
    std::string path = prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
    rows.push_back(
        {path, type_of(field), default_value == nullptr ? "" : serialize(*default_value),
         std::string(find_string(field, "/description")), is_required(schema, name)}
    );
    const Value* inside = inner_struct(&field, path);
    add_rows(*inside, path, rows);
  }
}

}  // namespace

std::vector<FieldRow> rows_of(const Value& schema) {
  std::vector<FieldRow> rows;
  add_rows(schema, "", rows);
  return rows;
}

}  // namespace snapstash::json
