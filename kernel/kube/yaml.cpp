#include "kernel/kube/yaml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace snapstash::kube {
namespace {

constexpr int kMaxDepth = 100;
constexpr int kMaxNodes = 100'000;

Error malformed(const YAML::Mark& mark, std::string_view why) {
  if (mark.is_null()) return {Code::kMalformed, fmt::format("not YAML: {}", why)};
  return {Code::kMalformed, fmt::format("not YAML: {} at line {}, column {}", why, mark.line + 1, mark.column + 1)};
}

/// yaml-cpp marks plain scalars so; quoted ones have "!".
bool is_plain(const YAML::Node& node) { return node.Tag() == "?" || node.Tag().empty(); }

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

json::Value typed(const std::string& text) {
  static constexpr std::array<std::string_view, 9> kTrue{"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
  static constexpr std::array<std::string_view, 9> kFalse{"false", "False", "FALSE", "no", "No",
                                                          "NO",    "off",   "Off",   "OFF"};
  if (text.empty()) return json::Value(text);
  if (is_one_of(text, kTrue)) return true;
  if (is_one_of(text, kFalse)) return false;
  // from_chars also reads inf and nan, which JSON does not have.
  if (!std::string_view("+-.0123456789").contains(text.front()) ||
      !std::string_view(".0123456789").contains(text.back())) {
    return json::Value(text);
  }
  const std::string_view unsigned_text = std::string_view(text).substr(text.front() == '+' ? 1 : 0);
  if (const auto number = read_number<std::int64_t>(unsigned_text)) return *number;
  if (const auto number = read_number<double>(unsigned_text)) return *number;
  return json::Value(text);
}

/// Copies a YAML graph into a JSON tree, within limits.
class Copier {
 public:
  Result<json::Value> copy(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth) return fail(malformed(node.Mark(), "nested too deeply"));
    if (++nodes_ > kMaxNodes) return fail(malformed(node.Mark(), "too large, aliases included"));
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return is_plain(node) ? typed(node.Scalar()) : json::Value(node.Scalar());
      case YAML::NodeType::Sequence: return copy_list(node, depth);
      case YAML::NodeType::Map: return copy_map(node, depth);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined: break;
    }
    return json::Value();
  }

 private:
  Result<json::Value> copy_list(const YAML::Node& node, int depth) {
    json::Array list;
    for (const YAML::Node& item : node) {
      auto value = copy(item, depth + 1);
      if (!value) return value;
      list.push_back(std::move(*value));
    }
    return list;
  }

  Result<json::Value> copy_map(const YAML::Node& node, int depth) {
    json::Object map;
    for (const auto& entry : node) {
      const auto& key = entry.first;
      if (is_merge(key)) continue;
      if (!key.IsScalar()) return fail(malformed(key.Mark(), "a key that is not text"));
      auto copied = copy(entry.second, depth + 1);
      if (!copied) return copied;
      map.insert_or_assign(key.Scalar(), std::move(*copied));
    }
    // Own keys win over merged ones, wherever the merge key stands.
    for (const auto& entry : node) {
      if (!is_merge(entry.first)) continue;
      if (auto merged = merge(entry.second, map, depth); !merged) return fail(std::move(merged).error());
    }
    return map;
  }

  static bool is_merge(const YAML::Node& key) { return key.IsScalar() && is_plain(key) && key.Scalar() == "<<"; }

  Result<void> merge(const YAML::Node& source, json::Object& into, int depth) {
    auto copied = copy(source, depth + 1);
    if (!copied) return fail(std::move(copied).error());
    json::Array maps = copied->is_array() ? std::move(copied->get_array()) : json::Array{std::move(*copied)};
    for (const json::Value& map : maps) {
      if (!map.is_object()) return fail(malformed(source.Mark(), "a merge key (<<) without a mapping"));
      for (const auto& [key, value] : map.get_object()) into.emplace(key, value);
    }
    return {};
  }

  int nodes_ = 0;
};

}  // namespace

Result<json::Value> parse_yaml(std::string_view text) {
  // JSON's escapes and tabs are not all YAML, so JSON goes to its own reader; what only looks like it is tried as YAML.
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return json::Value();
  if (text[start] == '{' || text[start] == '[') {
    if (auto value = json::parse(text)) return value;
  }
  try {
    return Copier().copy(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& exception) {
    return fail(malformed(exception.mark, exception.msg));
  }
}

}  // namespace snapstash::kube
