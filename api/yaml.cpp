#include "api/yaml.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace snapstash::api {

namespace {

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// What YAML 1.1 or 1.2 parsers take for something else than a string.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords{"y", "n", "yes", "no", "true", "false", "on", "off", "null"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::find(kWords, lower) != kWords.end();
}

// Plain only if it begins with a letter or a slash (so that no number, date or indicator is possible) and holds nothing
// that ends a plain scalar.
bool is_plain(std::string_view text) {
  if (text.empty() || is_reserved(text)) return false;
  const char first = text.front();
  if (!((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '/')) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) {
    constexpr std::string_view kHarmless = " _-./:,;()'+=*<>@$%`~?|^[]{}&#!";
    return is_alphanumeric(c) || kHarmless.find(c) != std::string_view::npos;
  });
}

// A JSON string is a YAML double-quoted scalar.
std::string scalar(const json::Value& value) {
  if (value.is_string() && is_plain(json::as_view(value))) return std::string(json::as_view(value));
  return json::serialize(value);
}

bool is_block(const json::Value& value) {
  return (value.is_object() && !value.get_object().empty()) || (value.is_array() && !value.get_array().empty());
}

void write_block(const json::Value& value, std::size_t indent, bool first_in_line, std::string& out);

void write_member(const json::Value& value, std::size_t indent, std::string& out) {
  if (!is_block(value)) {
    out += fmt::format(" {}\n", scalar(value));
    return;
  }
  out += '\n';
  // As kubectl writes it: the items of a list stand below its key, not further in.
  write_block(value, value.is_array() ? indent : indent + 2, false, out);
}

void write_block(const json::Value& value, std::size_t indent, bool first_in_line, std::string& out) {
  const std::string margin(indent, ' ');
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) {
      if (!first_in_line) out += margin;
      first_in_line = false;
      out += scalar(json::make_string({key.data(), key.size()})) + ":";
      write_member(member, indent, out);
    }
    return;
  }
  for (const auto& item : value.get_array()) {
    if (!first_in_line) out += margin;
    first_in_line = false;
    if (is_block(item)) {
      out += "- ";
      write_block(item, indent + 2, true, out);
    } else {
      out += fmt::format("- {}\n", scalar(item));
    }
  }
}

}  // namespace

std::string to_yaml(const json::Value& value) {
  if (!is_block(value)) return scalar(value) + "\n";
  std::string out;
  write_block(value, 0, false, out);
  return out;
}

}  // namespace snapstash::api
