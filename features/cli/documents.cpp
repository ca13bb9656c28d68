#include "features/cli/documents.hpp"

#include <utility>

#include "api/yaml.hpp"

namespace snapstash::cli {
namespace {

constexpr std::size_t kIndent = 4;

/// What comes before the next item.
std::string break_line(std::size_t depth, bool first) {
  return (first ? "\n" : ",\n") + std::string(depth * kIndent, ' ');
}

void write(const json::Value& value, std::size_t depth, std::string& text);

void write(const json::Object& object, std::size_t depth, std::string& text) {
  text += '{';
  bool first = true;
  for (const auto& member : object) {
    text += break_line(depth + 1, std::exchange(first, false));
    text += json::serialize(json::make_string({member.key().data(), member.key().size()})) + ": ";
    write(member.value(), depth + 1, text);
  }
  text += "\n" + std::string(depth * kIndent, ' ') + "}";
}

void write(const json::Array& array, std::size_t depth, std::string& text) {
  text += '[';
  bool first = true;
  for (const json::Value& item : array) {
    text += break_line(depth + 1, std::exchange(first, false));
    write(item, depth + 1, text);
  }
  text += "\n" + std::string(depth * kIndent, ' ') + "]";
}

// Only as deep as json::parse allows.
void write(const json::Value& value, std::size_t depth, std::string& text) {
  if (value.is_object() && !value.get_object().empty()) {
    write(value.get_object(), depth, text);
  } else if (value.is_array() && !value.get_array().empty()) {
    write(value.get_array(), depth, text);
  } else {
    text += json::serialize(value);
  }
}

}  // namespace

std::string format_document(const json::Value& value, Output output) {
  std::string text;
  if (output == Output::kYaml) {
    text = api::to_yaml(value);
  } else {
    write(value, 0, text);
  }
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

json::Value list_of(json::Array items) {
  return json::Object{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
}

}  // namespace snapstash::cli
