#include "tests/conformance/variables.hpp"

#include <algorithm>

namespace snapstash::conformance {

std::string Variables::fill(std::string_view text) const {
  std::string filled;
  std::size_t position = 0;
  for (;;) {
    const std::size_t start = text.find("${", position);
    const std::size_t end = start == std::string_view::npos ? start : text.find('}', start);
    if (end == std::string_view::npos) return filled.append(text.substr(position));
    filled.append(text.substr(position, start - position));
    position = end + 1;
    const json::Value* found = find(text.substr(start + 2, end - start - 2));
    if (found == nullptr) {
      filled.append(text.substr(start, position - start));
    } else if (found->is_string()) {
      filled += fill(json::as_view(*found));
    } else {
      filled += json::serialize(*found);
    }
  }
}

const json::Value* Variables::find(std::string_view name) const {
  const std::size_t slash = std::min(name.find('/'), name.size());
  const auto found = values_.find(name.substr(0, slash));
  return found == values_.end() ? nullptr : json::find(found->second, name.substr(slash));
}

const json::Value* Variables::find_whole(std::string_view text) const {
  if (!text.starts_with("${") || text.find('}') != text.size() - 1) return nullptr;
  const json::Value* found = find(text.substr(2, text.size() - 3));
  return found == nullptr || found->is_string() ? nullptr : found;
}

json::Value Variables::fill(const json::Value& value) const {
  if (value.is_string()) {
    const std::string_view text = json::as_view(value);
    if (const json::Value* whole = find_whole(text)) return fill(*whole);
    return json::make_string(fill(text));
  }
  if (const json::Array* array = value.if_array()) {
    json::Array filled;
    for (const json::Value& item : *array) filled.push_back(fill(item));
    return filled;
  }
  if (const json::Object* object = value.if_object()) {
    json::Object filled;
    for (const auto& [key, member] : *object) filled.emplace(fill(std::string_view(key)), fill(member));
    return filled;
  }
  return value;
}

}  // namespace snapstash::conformance
