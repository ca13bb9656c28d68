#pragma once
#include <map>
#include <string>
#include <string_view>

#include "kernel/json/value.hpp"

namespace snapstash::conformance {

/// What a case has named so far: `${name}` in any text of its later steps; `${name/key/0}` leads into a value.
class Variables {
 public:
  void set(std::string name, json::Value value) { values_[std::move(name)] = std::move(value); }

  /// Returns `text` with each `${name}` replaced, until none is left. An unknown name stays as it is (scripts and our
  /// own `${POD_ORDINAL}` have such). A value that is no string appears as JSON.
  std::string fill(std::string_view text) const;

  /// Returns `value` with all its strings and keys filled. A string that is one `${name}` and nothing else becomes the
  /// value itself, filled.
  json::Value fill(const json::Value& value) const;

 private:
  const json::Value* find(std::string_view name) const;
  const json::Value* find_whole(std::string_view text) const;
  std::map<std::string, json::Value, std::less<>> values_;
};

}  // namespace snapstash::conformance
