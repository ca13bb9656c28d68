#include "sim/admission/schema_check.hpp"

#include <limits>
#include <map>
#include <optional>
#include <regex>
#include <vector>

#include <fmt/format.h>

#include "kernel/base/time.hpp"

namespace snapstash::sim {
namespace {

std::string_view type_name(const json::Value& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_bool()) return "boolean";
  return value.is_double() ? "number" : value.is_null() ? "null" : "integer";
}

bool is_whole(const json::Value& value) {
  if (!value.is_double()) return value.is_number();
  const double number = value.get_double();
  return number == static_cast<double>(static_cast<std::int64_t>(number));
}

bool is_of_type(const json::Value& schema, const json::Value& value) {
  if (json::find_key(schema, "x-kubernetes-int-or-string") != nullptr) return value.is_string() || is_whole(value);
  const std::string_view wanted = json::find_string(schema, "/type");
  if (wanted.empty() || wanted == type_name(value)) return true;
  if (wanted == "integer") return is_whole(value);
  return wanted == "number" && value.is_number();
}

std::optional<double> number_at(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find_key(schema, key);
  return value == nullptr ? std::nullopt : std::optional(value->to_number<double>());
}

std::optional<std::size_t> limit_at(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find_key(schema, key);
  return value == nullptr ? std::nullopt : std::optional(value->to_number<std::size_t>());
}

// In code points, as Go's utf8.RuneCountInString.
std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return length;
}

bool matches(std::string_view text, std::string_view pattern) {
  static std::map<std::string, std::regex, std::less<>> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) found = compiled.emplace(std::string(pattern), std::regex(std::string(pattern))).first;
  return std::regex_search(text.begin(), text.end(), found->second);
}

/// Checks one value; its children are checked by checkers of their own.
class Checker {
 public:
  Checker(const json::Value& schema, const Checked& value, Causes& causes)
      : schema_(schema), value_(value), now_(*value.now), causes_(causes) {}

  void check() {
    if (now_.is_null()) return check_null();
    const std::string_view format = json::find_string(schema_, "/format");
    const bool is_time = format == "date-time";
    if (is_time && !now_.is_string()) return wrong_type(format, now_.is_number() ? "int64" : type_name(now_));
    if (!is_of_type(schema_, now_)) return wrong_type(wanted_type(), type_name(now_));
    if (now_.is_string()) check_string(is_time);
    if (now_.is_number()) check_number(format);
    check_enum();
    if (now_.is_array()) check_items();
    if (now_.is_object()) check_members();
  }

 private:
  std::string_view wanted_type() const {
    const bool either = json::find_key(schema_, "x-kubernetes-int-or-string") != nullptr;
    return either ? "integer,string" : json::find_string(schema_, "/type");
  }

  std::string in_body(std::string_view rest) const { return fmt::format("{} in body {}", value_.name, rest); }

  void wrong_type(std::string_view wanted, std::string_view actual) {
    causes_.push_back(type_invalid(
        value_.field, json::make_string(actual), in_body(fmt::format("must be of type {}: \"{}\"", wanted, actual))
    ));
  }

  void invalid(std::string_view rest) { causes_.push_back(invalid_value(value_.field, now_, in_body(rest))); }

  void check_null() {
    if (json::find_key(schema_, "nullable") != nullptr || json::find_string(schema_, "/type").empty()) return;
    wrong_type(wanted_type(), "null");
  }

  void check_string(bool is_time) {
    const std::string_view text = json::as_view(now_);
    if (is_time && !parse_time(text)) wrong_type("date-time", text);
    if (const auto most = limit_at(schema_, "maxLength"); most && length_of(text) > *most) {
      causes_.push_back(too_long(value_.field, *most));
    }
    if (const auto least = limit_at(schema_, "minLength"); least && length_of(text) < *least) {
      invalid(fmt::format("should be at least {} chars long", *least));
    }
    if (const std::string_view pattern = json::find_string(schema_, "/pattern");
        !pattern.empty() && !matches(text, pattern)) {
      invalid(fmt::format("should match '{}'", pattern));
    }
  }

  void check_number(std::string_view format) {
    const auto number = now_.to_number<double>();
    const bool fits =
        number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::int32_t>::max();
    if (format == "int32" && !fits) {
      invalid("must be of type integer with format int32");
    }
    if (const auto least = number_at(schema_, "minimum"); least && number < *least) {
      invalid(fmt::format("should be greater than or equal to {}", *least));
    }
    if (const auto most = number_at(schema_, "maximum"); most && number > *most) {
      invalid(fmt::format("should be less than or equal to {}", *most));
    }
  }

  void check_enum() {
    const json::Array* allowed = json::find_array(schema_, "/enum");
    if (allowed == nullptr) return;
    std::vector<std::string_view> names;
    for (const json::Value& each : *allowed) {
      if (each == now_) return;
      if (each.is_string()) names.push_back(json::as_view(each));
    }
    causes_.push_back(not_supported(value_.field, now_, names));
  }

  Checked child(const json::Value* before, const json::Value& now, const std::string& suffix) const {
    const auto extended = [&](const std::string& path) {
      return path.empty() && suffix.starts_with('.') ? suffix.substr(1) : path + suffix;
    };
    return {.before = before, .now = &now, .field = extended(value_.field), .name = extended(value_.name)};
  }

  void check_items() {
    const json::Array& array = now_.get_array();
    if (const auto most = limit_at(schema_, "maxItems"); most && array.size() > *most) {
      causes_.push_back(too_many(value_.field, array.size(), *most));
    }
    if (const auto least = limit_at(schema_, "minItems"); least && array.size() < *least) {
      invalid(fmt::format("should have at least {} items", *least));
    }
    const json::Value* items = json::find_key(schema_, "items");
    for (std::size_t i = 0; items != nullptr && i < array.size(); ++i) {
      check_value(*items, child(old_item(i), array[i], fmt::format("[{}]", i)), causes_);
    }
    check_keys(array);
  }

  const json::Value* old_item(std::size_t index) const {
    const json::Array* old = value_.before == nullptr ? nullptr : value_.before->if_array();
    return old == nullptr || index >= old->size() ? nullptr : &(*old)[index];
  }

  void check_keys(const json::Array& array) {
    const json::Array* keys = json::find_array(schema_, "/x-kubernetes-list-map-keys");
    const bool is_set = json::find_string(schema_, "/x-kubernetes-list-type") == "set";
    if (keys == nullptr && !is_set) return;
    std::vector<json::Value> seen;
    for (std::size_t i = 0; i < array.size(); ++i) {
      json::Value key = array[i];
      if (keys != nullptr) {
        key = json::Object();
        for (const json::Value& name : *keys) {
          if (const json::Value* part = json::find_key(array[i], json::as_view(name))) {
            key.get_object()[json::as_view(name)] = *part;
          }
        }
      }
      if (std::ranges::find(seen, key) != seen.end()) {
        causes_.push_back(duplicate(fmt::format("{}[{}]", value_.field, i), key));
      }
      seen.push_back(std::move(key));
    }
  }

  void check_members() {
    const json::Object& object = now_.get_object();
    if (const json::Array* needed = json::find_array(schema_, "/required")) {
      for (const json::Value& key : *needed) {
        if (object.contains(json::as_view(key))) continue;
        causes_.push_back(required(child(nullptr, now_, fmt::format(".{}", json::as_view(key))).field));
      }
    }
    const json::Object* properties = json::find_object(schema_, "/properties");
    const json::Value* others = json::find_key(schema_, "additionalProperties");
    for (const auto& member : object) {
      const std::string_view key(member.key());
      if (value_.field.empty() && key == "metadata") continue;
      const json::Value* schema = properties == nullptr ? nullptr : properties->if_contains(key);
      if (schema == nullptr && others != nullptr && others->is_object()) schema = others;
      if (schema == nullptr) continue;
      const json::Value* old = value_.before == nullptr ? nullptr : json::find_key(*value_.before, key);
      check_value(*schema, child(old, member.value(), fmt::format(".{}", key)), causes_);
    }
  }

  const json::Value& schema_;
  const Checked& value_;
  const json::Value& now_;
  Causes& causes_;
};

}  // namespace

void check_value(const json::Value& schema, const Checked& value, Causes& causes) {
  if (value.before != nullptr && *value.before == *value.now) return;  // as good or bad as it was
  Checker(schema, value, causes).check();
}

}  // namespace snapstash::sim
