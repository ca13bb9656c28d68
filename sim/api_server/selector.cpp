#include "sim/api_server/selector.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// At commas, but not at those between parentheses.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    parts.push_back(trimmed(text.substr(from, i - from)));
    from = i + 1;
  }
  return parts;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/';
  });
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::unexpected<Failure> unparsable(std::string_view text) {
  return failures::bad_request(fmt::format("unable to parse requirement: found '{}', expected: identifier", text));
}

}  // namespace

Answer<LabelSelector::Requirement> LabelSelector::parse_requirement(std::string_view text) {
  Requirement one;
  if (text.starts_with('!')) {
    one.key = trimmed(text.substr(1));
    one.operation = Operator::kDoesNotExist;
    if (!is_key(one.key)) return unparsable(text);
    return one;
  }
  std::size_t end = 0;
  while (end < text.size() && is_key(text.substr(end, 1))) ++end;
  one.key = text.substr(0, end);
  if (!is_key(one.key)) return unparsable(text);
  std::string_view rest = trimmed(text.substr(end));
  if (rest.empty()) return one;
  for (const auto& [word, operation] : {std::pair{"in", Operator::kIn}, std::pair{"notin", Operator::kNotIn}}) {
    if (!rest.starts_with(word)) continue;
    const std::string_view set = trimmed(rest.substr(std::string_view(word).size()));
    if (!set.starts_with('(') || !set.ends_with(')')) return unparsable(text);
    one.operation = operation;
    for (const std::string_view value : split(set.substr(1, set.size() - 2))) one.values.emplace_back(value);
    return one;
  }
  for (const auto& [symbol, operation] :
       {std::pair{"==", Operator::kIn}, std::pair{"!=", Operator::kNotIn}, std::pair{"=", Operator::kIn},
        std::pair{">", Operator::kGreater}, std::pair{"<", Operator::kLess}}) {
    if (!rest.starts_with(symbol)) continue;
    one.operation = operation;
    one.values.emplace_back(trimmed(rest.substr(std::string_view(symbol).size())));
    if (!one.values[0].empty() && !is_key(one.values[0])) return unparsable(text);
    return one;
  }
  return unparsable(text);
}

Answer<LabelSelector> LabelSelector::parse(std::string_view text) {
  LabelSelector selector;
  if (trimmed(text).empty()) return selector;
  for (const std::string_view part : split(text)) {
    auto requirement = parse_requirement(part);
    if (!requirement) return std::unexpected(std::move(requirement).error());
    selector.requirements_.push_back(std::move(*requirement));
  }
  return selector;
}

bool LabelSelector::matches(const Requirement& requirement, const json::Object* labels) {
  const json::Value* found = labels == nullptr ? nullptr : json::find_key(*labels, requirement.key);
  const bool present = found != nullptr && found->is_string();
  const std::string_view value = present ? json::as_view(*found) : std::string_view();
  const auto is_listed = [&] { return std::ranges::find(requirement.values, value) != requirement.values.end(); };
  switch (requirement.operation) {
    case Operator::kExists: return present;
    case Operator::kDoesNotExist: return !present;
    case Operator::kIn: return present && is_listed();
    case Operator::kNotIn: return !present || !is_listed();
    case Operator::kGreater:
    case Operator::kLess: {
      const auto has = number_in(value);
      const auto limit = number_in(requirement.values[0]);
      if (!present || !has || !limit) return false;
      return requirement.operation == Operator::kGreater ? *has > *limit : *has < *limit;
    }
  }
  return false;
}

bool LabelSelector::matches(const json::Value& object) const {
  if (requirements_.empty()) return true;
  const json::Object* labels = json::find_object(object, "/metadata/labels");
  return std::ranges::all_of(requirements_, [&](const Requirement& one) { return matches(one, labels); });
}

}  // namespace snapstash::sim
