#include "kernel/json/value.hpp"

#include <utility>

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace snapstash::json {

namespace {

// Deep enough for a CRD's schema or a pod's managedFields; Boost's own limit is 32.
constexpr std::size_t kMaxDepth = 256;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::unexpected<Error> malformed(std::size_t offset, std::string_view why) {
  return fail(Code::kMalformed, fmt::format("not JSON: {} at byte {}", why, offset));
}

}  // namespace

Result<Value> parse(std::string_view text, Storage storage) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::parser parser({}, options);
  parser.reset(std::move(storage));
  boost::json::error_code error;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (error) return malformed(used, error.message());
  while (used < text.size() && is_space(text[used])) ++used;
  if (used < text.size()) return malformed(used, "extra data");
  return parser.release();
}

std::string serialize(const Value& value) { return boost::json::serialize(value); }

const Value* find(const Value& value, std::string_view pointer) {
  boost::json::error_code error;
  return value.find_pointer({pointer.data(), pointer.size()}, error);
}

const Value* find_key(const Value& value, std::string_view key) {
  const Object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
}

std::string_view find_string(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  return found != nullptr && found->is_string() ? as_view(*found) : std::string_view();
}

const Object* find_object(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  return found == nullptr ? nullptr : found->if_object();
}

const Array* find_array(const Value& value, std::string_view pointer) {
  const Value* found = find(value, pointer);
  return found == nullptr ? nullptr : found->if_array();
}

}  // namespace snapstash::json
