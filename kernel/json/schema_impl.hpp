#pragma once
#include <cstdint>
#include <tuple>

#include "kernel/json/fields.hpp"
#include "kernel/json/member_types.hpp"
#include "kernel/json/scalars.hpp"
#include "kernel/json/schema.hpp"

/// The definitions behind schema.hpp. Include it only where a SchemaOf is instantiated explicitly.
namespace snapstash::json {

namespace schema_detail {

// In schema.cpp, so that they are compiled once.
Object of_scalar(std::string_view type, std::string_view format = {});
Object of_enum(const std::string_view* names, std::size_t count);
Object of_list(Object items);
Object of_map(Object values);
Object of_opaque_object();
Object of_int_or_string();
/// Returns the schema with what the field's options and description add.
Object finish(Object schema, std::string_view doc, const FieldOptions& options);
Object of_struct(Object properties, Array required, const Rule* rules, std::size_t rule_count);

template <class M>
Object of_type() {
  if constexpr (is_optional<M> || is_boxed<M>) {
    return of_type<typename M::value_type>();
  } else if constexpr (is_vector<M>) {
    return of_list(of_type<typename M::value_type>());
  } else if constexpr (is_string_map<M>) {
    return of_map(of_type<typename M::mapped_type>());
  } else if constexpr (std::is_enum_v<M>) {
    return of_enum(EnumNames<M>::values.data(), EnumNames<M>::values.size());
  } else if constexpr (Described<M>) {
    return SchemaOf<M>::make().get_object();
  } else if constexpr (is_string<M>) {
    return of_scalar("string");
  } else if constexpr (std::is_same_v<M, bool>) {
    return of_scalar("boolean");
  } else if constexpr (is_integer<M>) {
    return of_scalar("integer", sizeof(M) == 4 ? "int32" : "int64");
  } else if constexpr (std::is_same_v<M, double>) {
    return of_scalar("number", "double");
  } else if constexpr (std::is_same_v<M, WallTime> || std::is_same_v<M, MicroTime>) {
    return of_scalar("string", "date-time");
  } else if constexpr (std::is_same_v<M, IntOrString>) {
    return of_int_or_string();
  } else if constexpr (std::is_same_v<M, Object> || std::is_same_v<M, Value>) {
    return of_opaque_object();
  } else if constexpr (std::is_same_v<M, Array>) {
    return of_list(of_opaque_object());
  } else {
    static_assert(always_false<M>, "no schema for this type");
  }
}

template <class T, class M>
void add(Object& properties, Array& required, const Field<T, M>& field) {
  Object schema = field.options.raw_schema.empty() ? of_type<M>() : Object();
  const boost::json::string_view name(field.name.data(), field.name.size());
  properties.emplace(name, finish(std::move(schema), field.doc, field.options));
  if (field.options.required) required.emplace_back(name);
}

}  // namespace schema_detail

template <class T>
Value SchemaOf<T>::make() {
  Object properties;
  Array required;
  std::apply(
      [&](const auto&... field) { (schema_detail::add(properties, required, field), ...); }, Description<T>::fields
  );
  if constexpr (requires { Description<T>::rules; }) {
    const auto& rules = Description<T>::rules;
    return schema_detail::of_struct(std::move(properties), std::move(required), rules.data(), rules.size());
  } else {
    return schema_detail::of_struct(std::move(properties), std::move(required), nullptr, 0);
  }
}

}  // namespace snapstash::json
