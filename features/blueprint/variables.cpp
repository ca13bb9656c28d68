#include "features/blueprint/variables.hpp"

#include <algorithm>
#include <string_view>

namespace snapstash::blueprint {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kTargetVariable = "${TARGET_";

std::string resolved(std::string_view text, const std::vector<Variable>& variables) {
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find(kOpening);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string_view name = text.substr(begin + kOpening.size(), end - begin - kOpening.size());
    const auto found = std::ranges::find(variables, name, &Variable::name);
    const bool known = found != variables.end();
    out += text.substr(0, begin);
    out += known ? std::string_view(found->value) : kOpening;
    text.remove_prefix(known ? end + 1 : begin + kOpening.size());
  }
  return out.append(text);
}

void collect(const json::Value& value, std::vector<std::string>& names) {
  if (value.is_string()) {
    std::string_view text = json::as_view(value);
    for (std::size_t begin = 0; (begin = text.find(kTargetVariable)) != std::string_view::npos;) {
      text.remove_prefix(begin + kOpening.size());
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) break;
      const std::string_view name = text.substr(0, end);
      if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    }
  } else if (const json::Array* array = value.if_array()) {
    for (const json::Value& item : *array) collect(item, names);
  } else if (const json::Object* object = value.if_object()) {
    for (const auto& member : *object) collect(member.value(), names);
  }
}

}  // namespace

void substitute(json::Value& value, const std::vector<Variable>& variables) {
  if (value.is_string() && json::as_view(value).contains(kOpening)) {
    value = json::make_string(resolved(json::as_view(value), variables));
  } else if (json::Array* array = value.if_array()) {
    for (json::Value& item : *array) substitute(item, variables);
  } else if (json::Object* object = value.if_object()) {
    for (auto& member : *object) substitute(member.value(), variables);
  }
}

std::vector<std::string> target_variables(const json::Value& value) {
  std::vector<std::string> names;
  collect(value, names);
  return names;
}

}  // namespace snapstash::blueprint
