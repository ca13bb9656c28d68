#include "tests/conformance/expectation.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace snapstash::conformance {
namespace {

using Unmet = std::optional<std::string>;

std::string text_of(const json::Value& value) {
  return value.is_string() ? std::string(json::as_view(value)) : json::serialize(value);
}

std::string shown(const json::Value* found) {
  if (found == nullptr) return "nothing";
  std::string text = json::serialize(*found);
  return text.size() <= 1500 ? text : text.substr(0, 1500) + " ...";
}

Unmet says(bool holds, std::string_view what, const json::Value& expected, const json::Value* found) {
  if (holds) return std::nullopt;
  return fmt::format("{} {}, found {}", what, json::serialize(expected), shown(found));
}

Unmet matches(const json::Value& expected, const json::Value* found) {
  const bool holds = found != nullptr && std::regex_match(text_of(*found), std::regex(text_of(expected)));
  return says(holds, "expected a match of", expected, found);
}

Unmet present(const json::Value& expected, const json::Value* found) {
  return says((found != nullptr) == expected.as_bool(), "expected presence", expected, found);
}

Unmet has(const json::Value& expected, const json::Value* found) {
  const json::Object* object = found == nullptr ? nullptr : found->if_object();
  if (object == nullptr) return says(false, "expected an object with", expected, found);
  for (const auto& [key, member] : expected.as_object()) {
    if (auto why = unmet(member, json::find_key(*object, key))) {
      return fmt::format("{}: {}", std::string_view(key), *why);
    }
  }
  return std::nullopt;
}

Unmet includes(const json::Value& expected, const json::Value* found) {
  if (found != nullptr && found->is_string()) {
    return says(text_of(*found).find(text_of(expected)) != std::string::npos, "expected part", expected, found);
  }
  const json::Array* array = found == nullptr ? nullptr : found->if_array();
  const bool holds =
      array != nullptr && std::ranges::any_of(*array, [&](const json::Value& item) { return !unmet(expected, &item); });
  return says(holds, "expected an item", expected, found);
}

Unmet items(const json::Value& expected, const json::Value* found) {
  const json::Array* array = found == nullptr ? nullptr : found->if_array();
  if (array == nullptr || array->size() != expected.as_array().size()) {
    return says(false, "expected exactly these items", expected, found);
  }
  std::vector<const json::Value*> left;
  for (const json::Value& item : *array) left.push_back(&item);
  for (const json::Value& wanted : expected.as_array()) {
    const auto met = std::ranges::find_if(left, [&](const json::Value* item) { return !unmet(wanted, item); });
    if (met == left.end()) return says(false, "expected an item", wanted, found);
    left.erase(met);
  }
  return std::nullopt;
}

Unmet names(const json::Value& expected, const json::Value* found) {
  json::Array names;
  const json::Array* array = found == nullptr ? nullptr : found->if_array();
  if (array == nullptr) return says(false, "expected objects named", expected, found);
  for (const json::Value& item : *array) names.push_back(json::make_string(json::find_string(item, "/metadata/name")));
  const json::Value names_found = std::move(names);
  return says(names_found == expected, "expected objects named", expected, &names_found);
}

Unmet size(const json::Value& expected, const json::Value* found) {
  std::size_t size = 0;
  if (found != nullptr && found->is_string()) size = found->as_string().size();
  if (found != nullptr && found->is_array()) size = found->as_array().size();
  if (found != nullptr && found->is_object()) size = found->as_object().size();
  return says(static_cast<std::int64_t>(size) == expected.as_int64(), "expected the size", expected, found);
}

// As KEP-5504 compares them: decimals of any length.
Unmet newer(const json::Value& expected, const json::Value* found) {
  const std::string than = text_of(expected);
  const std::string version = found == nullptr ? "" : text_of(*found);
  const bool holds = version.size() != than.size() ? version.size() > than.size() : version > than;
  return says(holds, "expected a version newer than", expected, found);
}

Unmet negation(const json::Value& expected, const json::Value* found) {
  return says(unmet(expected, found).has_value(), "expected anything but", expected, found);
}

Unmet any(const json::Value& expected, const json::Value* found) {
  const bool holds =
      std::ranges::any_of(expected.as_array(), [&](const json::Value& choice) { return !unmet(choice, found); });
  return says(holds, "expected one of", expected, found);
}

using Operator = Unmet (*)(const json::Value&, const json::Value*);

Operator find_operator(const json::Value& expected) {
  static const std::map<std::string_view, Operator> kOperators = {
      {"$matches", matches}, {"$present", present}, {"$has", has},     {"$includes", includes}, {"$items", items},
      {"$names", names},     {"$size", size},       {"$newer", newer}, {"$not", negation},      {"$any", any},
  };
  const json::Object* object = expected.if_object();
  if (object == nullptr || object->size() != 1) return nullptr;
  const auto found = kOperators.find(std::string_view(object->begin()->key()));
  return found == kOperators.end() ? nullptr : found->second;
}

Unmet equal_objects(const json::Object& expected, const json::Object& found) {
  for (const auto& [key, member] : expected) {
    if (auto why = unmet(member, json::find_key(found, key))) {
      return fmt::format("{}: {}", std::string_view(key), *why);
    }
  }
  for (const auto& [key, member] : found) {
    if (!expected.contains(key)) {
      return fmt::format("{}: expected nothing, found {}", std::string_view(key), shown(&member));
    }
  }
  return std::nullopt;
}

Unmet equal_arrays(const json::Array& expected, const json::Array& found) {
  if (expected.size() != found.size()) {
    const json::Value whole = found;
    return says(false, "expected", json::Value(expected), &whole);
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (auto why = unmet(expected[i], &found[i])) return fmt::format("{}: {}", i, *why);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> unmet(const json::Value& expected, const json::Value* found) {
  if (const Operator check = find_operator(expected)) return check(expected.as_object().begin()->value(), found);
  if (found != nullptr && expected.is_object() && found->is_object()) {
    return equal_objects(expected.as_object(), found->as_object());
  }
  if (found != nullptr && expected.is_array() && found->is_array()) {
    return equal_arrays(expected.as_array(), found->as_array());
  }
  return says(found != nullptr && *found == expected, "expected", expected, found);
}

std::optional<std::string> unmet_pointers(const json::Object& expected, const json::Value& document) {
  for (const auto& [pointer, wanted] : expected) {
    if (auto why = unmet(wanted, json::find(document, pointer))) {
      return fmt::format("{}: {}", std::string_view(pointer), *why);
    }
  }
  return std::nullopt;
}

}  // namespace snapstash::conformance
