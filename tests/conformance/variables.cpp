#include "tests/conformance/variables.hpp"

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
    const auto found = values_.find(text.substr(start + 2, end - start - 2));
    if (found == values_.end()) {
      filled.append(text.substr(start, position - start));
    } else if (found->second.is_string()) {
      filled += fill(json::as_view(found->second));
    } else {
      filled += json::serialize(found->second);
    }
  }
}

const json::Value* Variables::find_whole(std::string_view text) const {
  if (!text.starts_with("${") || text.find('}') != text.size() - 1) return nullptr;
  const auto found = values_.find(text.substr(2, text.size() - 3));
  return found == values_.end() || found->second.is_string() ? nullptr : &found->second;
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
