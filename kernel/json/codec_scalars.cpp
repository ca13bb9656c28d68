#include <fmt/format.h>

#include "kernel/json/codec_impl.hpp"

namespace snapstash::json::codec_detail {

namespace {

// A number with no fractional part is an integer however it was written (1.0, 1E0); Kubernetes reads it so, too.
std::optional<std::int64_t> integer_in(const Value& from) {
  if (from.is_int64()) return from.get_int64();
  if (from.is_uint64()) {
    if (from.get_uint64() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(from.get_uint64());
  }
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!from.is_double()) return std::nullopt;
  const double number = from.get_double();
  if (!(std::abs(number) <= kExact) || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace

bool read(const Value& from, std::string& to, const Place& place) {
  if (!from.is_string()) return place.mismatch("a string", from);
  to = as_view(from);
  return true;
}

bool read(const Value& from, Text& to, const Place& place) {
  if (!from.is_string()) return place.mismatch("a string", from);
  to = as_view(from);
  return true;
}

bool read(const Value& from, bool& to, const Place& place) {
  if (!from.is_bool()) return place.mismatch("a boolean", from);
  to = from.get_bool();
  return true;
}

bool read(const Value& from, std::int32_t& to, const Place& place) {
  const auto number = integer_in(from);
  if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
      *number > std::numeric_limits<std::int32_t>::max()) {
    return place.mismatch(number ? "an integer of 32 bits" : "an integer", from);
  }
  to = static_cast<std::int32_t>(*number);
  return true;
}

bool read(const Value& from, std::int64_t& to, const Place& place) {
  const auto number = integer_in(from);
  if (!number) return place.mismatch("an integer", from);
  to = *number;
  return true;
}

bool read(const Value& from, double& to, const Place& place) {
  if (!from.is_number()) return place.mismatch("a number", from);
  to = from.to_number<double>();
  return true;
}

bool read(const Value& from, WallTime& to, const Place& place) {
  const auto time = from.is_string() ? parse_time(as_view(from)) : std::nullopt;
  if (!time) return place.mismatch("a time (RFC 3339)", from);
  to = *time;
  return true;
}

bool read(const Value& from, MicroTime& to, const Place& place) { return read(from, to.time, place); }

bool read(const Value& from, IntOrString& to, const Place& place) {
  if (from.is_string()) return read(from, to.value.emplace<std::string>(), place);
  if (!from.is_number()) return place.mismatch("an integer or a string", from);
  return read(from, to.value.emplace<std::int32_t>(), place);
}

// Copies go to the default storage: the document they come from may live on a buffer that is used again.
bool read(const Value& from, Value& to, const Place&) {
  to = Value(from, Storage());
  return true;
}

bool read(const Value& from, Object& to, const Place& place) {
  if (!from.is_object()) return place.mismatch("an object", from);
  to = Object(from.get_object(), Storage());
  return true;
}

bool read(const Value& from, Array& to, const Place& place) {
  if (!from.is_array()) return place.mismatch("an array", from);
  to = Array(from.get_array(), Storage());
  return true;
}

bool read_enumerator(
    const Value& from, const std::string_view* names, std::size_t count, std::size_t& to, const Place& place
) {
  std::string known;
  for (std::size_t i = 0; i < count; ++i) {
    if (from.is_string() && as_view(from) == names[i]) {
      to = i;
      return true;
    }
    known += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  }
  return place.mismatch(fmt::format("one of {}", known), from);
}

Value write(const std::string& from) { return make_string(from); }
Value write(const Text& from) { return make_string(from); }
Value write(bool from) { return from; }
Value write(std::int32_t from) { return from; }
Value write(std::int64_t from) { return from; }
Value write(double from) { return from; }
Value write(WallTime from) { return make_string(format_time(from)); }
Value write(const MicroTime& from) { return make_string(format_micro_time(from.time)); }
Value write(const IntOrString& from) {
  if (const auto* number = std::get_if<std::int32_t>(&from.value)) return *number;
  return make_string(std::get<std::string>(from.value));
}
Value write(const Value& from) { return clone(from); }
Value write(const Object& from) { return Object(from, Storage()); }
Value write(const Array& from) { return Array(from, Storage()); }

}  // namespace snapstash::json::codec_detail
