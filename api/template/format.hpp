#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// Internal to the templates of hooks (hook_template.hpp): values as Go's packages fmt and strconv write them.
/// Objects are written in the order of their keys, as Go's maps.
namespace snapstash::api::templates {

/// What a template may write, and what any text in it may grow to. Hooks send messages; 1 MiB is more than a request
/// of the Kubernetes API may carry.
inline constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

/// Returns the name of its type in Go.
std::string_view type_of(const json::Value& value);

/// As `%v`.
std::string to_text(const json::Value& value);

/// As fmt.Sprint: a space between two values when neither is a string.
std::string print(std::span<const json::Value> values);

/// As fmt.Sprintf with the verbs %v %s %d %q %t %x %X %f %e %g %%, the flags - + 0 and space, width and precision.
/// Errors: kInvalid for whatever else Go knows there, and for more than kMaxBytes.
Result<std::string> print_formatted(std::string_view format, std::span<const json::Value> values);

/// As strconv.Quote.
std::string quote(std::string_view text);

/// Returns a number that is not negative with as few digits as read back as the same. With an exponent, if that is
/// below `least` or at least `most`; it has at least two digits if `two_digits`.
std::string shortest_decimal(double magnitude, int least, int most, bool two_digits);

/// Returns the members by the order of their keys. They point into `object`.
std::vector<const json::Object::value_type*> in_order(const json::Object& object);

}  // namespace snapstash::api::templates
