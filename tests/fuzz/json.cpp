// JSON: what is read can be written, and is then read as the same.
#include <algorithm>
#include <cmath>

#include "kernel/json/value.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

namespace {

// A number too large for a double is read as infinite, which JSON cannot write.
bool is_finite(const json::Value& value) {
  if (value.is_double()) return std::isfinite(value.get_double());
  if (const json::Array* array = value.if_array()) return std::ranges::all_of(*array, is_finite);
  const json::Object* object = value.if_object();
  return object == nullptr ||
         std::ranges::all_of(*object, [](const auto& member) { return is_finite(member.value()); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = json::parse(fuzz::Input(data, size).rest());
  if (!value || !is_finite(*value)) return 0;
  const std::string text = json::serialize(*value);
  const auto again = json::parse(text);
  fuzz::check(again.has_value());
  // A number's last bit may change on its way through text.
  if (text.find_first_of(".eE") == std::string::npos) fuzz::check(*again == *value);
  static_cast<void>(json::find(*value, text));
  return 0;
}
