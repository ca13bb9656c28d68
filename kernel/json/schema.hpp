#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"

namespace snapstash::json {

/// Describes one struct as an OpenAPI v3 structural schema. The definition is in schema_impl.hpp and is compiled once
/// per struct, by `template struct snapstash::json::SchemaOf<T>;`.
template <class T>
struct SchemaOf {
  static Value make();
};

/// Returns the structural schema (as CRDs need it, descriptions included) of a described struct.
template <class T>
Value schema() {
  return SchemaOf<T>::make();
}

/// One line of the reference page.
struct FieldRow {
  std::string path;           ///< `spec.target.ref.kind`; `[]` follows the name of a list, `{}` that of a map.
  std::string type;           ///< `string`, `[]object`, `map[string]string`, `time`, …; enums list their values.
  std::string default_value;  ///< As JSON; "" when there is none.
  std::string description;
  bool required = false;
  friend bool operator==(const FieldRow&, const FieldRow&) = default;
};

/// Returns the rows of a schema, parents before children. Parts that are passed through whole are one row.
std::vector<FieldRow> rows_of(const Value& schema);

}  // namespace snapstash::json
