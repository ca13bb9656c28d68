#include "sim/admission/name_rules.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

constexpr std::string_view kQualified =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    R"('[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'))";
constexpr std::string_view kLabelName =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

constexpr std::size_t kLabelLength = 63;
constexpr std::size_t kSubdomainLength = 253;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

bool is_label_name(std::string_view name) {
  return !name.empty() && is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_subdomain(std::string_view name) {
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_label_name(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool is_qualified(std::string_view name) {
  return !name.empty() && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

std::string too_long_by(std::size_t limit) { return fmt::format("must be no more than {} bytes", limit); }
// The older functions count characters by name, though not in deed.
std::string too_many_characters(std::size_t limit) { return fmt::format("must be no more than {} characters", limit); }

}  // namespace

Complaints wrong_with_subdomain(std::string_view name) {
  Complaints wrong;
  if (name.size() > kSubdomainLength) wrong.push_back(too_many_characters(kSubdomainLength));
  if (!is_subdomain(name)) wrong.emplace_back(kSubdomain);
  return wrong;
}

Complaints wrong_with_label_name(std::string_view name) {
  Complaints wrong;
  if (name.size() > kLabelLength) wrong.push_back(too_many_characters(kLabelLength));
  if (!is_label_name(name)) wrong.emplace_back(kLabelName);
  return wrong;
}

Complaints wrong_with_path_segment(std::string_view name) {
  for (const std::string_view whole : {".", ".."}) {
    if (name == whole) return {fmt::format("may not be '{}'", whole)};
  }
  Complaints wrong;
  for (const std::string_view part : {"/", "%"}) {
    if (name.contains(part)) wrong.push_back(fmt::format("may not contain '{}'", part));
  }
  return wrong;
}

Complaints wrong_with_qualified_name(std::string_view name) {
  Complaints wrong;
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos) {
    if (name.find('/', slash + 1) != std::string_view::npos) {
      return {fmt::format(
          "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')", kQualified
      )};
    }
    if (slash == 0) {
      wrong.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& each : wrong_with_subdomain(name.substr(0, slash)))
        wrong.push_back("prefix part " + each);
    }
    name.remove_prefix(slash + 1);
  }
  if (name.empty()) wrong.emplace_back("name part must be non-empty");
  if (name.size() > kLabelLength) wrong.push_back("name part " + too_long_by(kLabelLength));
  if (!is_qualified(name)) wrong.push_back(fmt::format("name part {}", kQualified));
  return wrong;
}

Complaints wrong_with_label_value(std::string_view value) {
  Complaints wrong;
  if (value.size() > kLabelLength) wrong.push_back(too_long_by(kLabelLength));
  if (!value.empty() && !is_qualified(value)) wrong.emplace_back(kLabelValue);
  return wrong;
}

}  // namespace snapstash::sim
