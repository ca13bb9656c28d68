#include "api/template/json.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/template/format.hpp"
#include "api/template/utf8.hpp"

namespace snapstash::api::templates {

namespace {

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kNamed = "\b\f\n\r\t\"\\";
  constexpr std::string_view kNames = "bfnrt\"\\";
  out += '"';
  for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
    const auto character = utf8::first_of(text);
    size = character.size;
    const char32_t code = character.code;
    const std::size_t named = code < 0x80 ? kNamed.find(static_cast<char>(code)) : std::string_view::npos;
    if (named != std::string_view::npos) {
      out += '\\';
      out += kNames[named];
    } else if (code < ' ' || code == '<' || code == '>' || code == '&' || code == 0x2028 || code == 0x2029 ||
               !character.valid) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    } else {
      out += text.substr(0, size);
    }
  }
  out += '"';
}

void append_json(std::string& out, const json::Value& value) {
  std::string_view between;
  if (const json::Object* object = value.if_object()) {
    out += '{';
    for (const auto* member : in_order(*object)) {
      out += std::exchange(between, ",");
      append_json_string(out, {member->key().data(), member->key().size()});
      out += ':';
      append_json(out, member->value());
    }
    out += '}';
  } else if (const json::Array* list = value.if_array()) {
    out += '[';
    for (const json::Value& item : *list) {
      out += std::exchange(between, ",");
      append_json(out, item);
    }
    out += ']';
  } else if (value.is_string()) {
    append_json_string(out, json::as_view(value));
  } else if (value.is_double()) {
    if (value.get_double() < 0) out += '-';
    out += shortest_decimal(value.get_double() < 0 ? -value.get_double() : value.get_double(), -6, 21, false);
  } else {
    out += value.is_null() ? "null" : to_text(value);
  }
}

}  // namespace

std::string to_json(const json::Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace snapstash::api::templates
