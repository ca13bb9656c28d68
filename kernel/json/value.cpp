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

// One reference token of a JSON Pointer as it was before it was escaped.
std::string unescape(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    text += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return text;
}

std::string_view text_of(const Value* found) {
  return found != nullptr && found->is_string() ? as_view(*found) : std::string_view();
}
const Object* object_of(const Value* found) { return found == nullptr ? nullptr : found->if_object(); }
const Array* array_of(const Value* found) { return found == nullptr ? nullptr : found->if_array(); }

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

const Value* find(const Object& object, std::string_view pointer) {
  if (!pointer.starts_with('/')) return nullptr;
  const std::size_t end = pointer.find('/', 1);
  const std::string_view token = pointer.substr(1, end == std::string_view::npos ? end : end - 1);
  const Value* found = find_key(object, unescape(token));
  return found == nullptr || end == std::string_view::npos ? found : find(*found, pointer.substr(end));
}

const Value* find_key(const Value& value, std::string_view key) {
  const Object* object = value.if_object();
  return object == nullptr ? nullptr : find_key(*object, key);
}

const Value* find_key(const Object& object, std::string_view key) {
  return object.if_contains({key.data(), key.size()});
}

std::string_view find_string(const Value& value, std::string_view pointer) { return text_of(find(value, pointer)); }
std::string_view find_string(const Object& object, std::string_view pointer) { return text_of(find(object, pointer)); }

const Object* find_object(const Value& value, std::string_view pointer) { return object_of(find(value, pointer)); }
const Object* find_object(const Object& object, std::string_view pointer) { return object_of(find(object, pointer)); }

const Array* find_array(const Value& value, std::string_view pointer) { return array_of(find(value, pointer)); }
const Array* find_array(const Object& object, std::string_view pointer) { return array_of(find(object, pointer)); }

}  // namespace snapstash::json
