#pragma once
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "kernel/base/error.hpp"

/// JSON as Kubernetes speaks it: documents, and (fields.hpp, codec.hpp, schema.hpp) what ties them to plain structs.
namespace snapstash::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
using Storage = boost::json::storage_ptr;

/// Reads one JSON document; white space around it is allowed. `storage` is where the document lives: pass a
/// monotonic_resource over a reused buffer for documents that are decoded and dropped, and remember that a copy of a
/// Value lives in the storage of its original unless told otherwise (`clone`).
/// Errors: kMalformed, naming the byte offset; nesting deeper than 256 is malformed too.
Result<Value> parse(std::string_view text, Storage storage = {});

/// Returns the document on one line, members in their order.
std::string serialize(const Value& value);

/// Returns a copy that lives in the default storage, whatever the original lived in.
inline Value clone(const Value& value) { return Value(value, Storage()); }

/// Returns what a JSON Pointer (RFC 6901: "/spec/source/persistentVolumeClaimName", "/items/0"; `~1` is a slash inside
/// a key, "" the document) leads to, or nullptr. Never fails: a path through something that is no object leads nowhere.
/// All of these have a twin for an Object, or else an Object would become a Value that is gone when the pointer into it
/// is used; in an Object, "" leads nowhere.
const Value* find(const Value& value, std::string_view pointer);
const Value* find(const Object& object, std::string_view pointer);
const Value* find(const Array& array, std::string_view pointer) = delete;

/// As `find`, for one key of an object, taken as it is. nullptr when `value` is no object or has no such key.
const Value* find_key(const Value& value, std::string_view key);
const Value* find_key(const Object& object, std::string_view key);

/// Returns the string that `pointer` leads to, or "" when there is none. Valid as long as `value` is unchanged.
std::string_view find_string(const Value& value, std::string_view pointer);
std::string_view find_string(const Object& object, std::string_view pointer);

/// Returns the object or array that `pointer` leads to, or nullptr when there is none.
const Object* find_object(const Value& value, std::string_view pointer);
const Object* find_object(const Object& object, std::string_view pointer);
const Array* find_array(const Value& value, std::string_view pointer);
const Array* find_array(const Object& object, std::string_view pointer);

/// Returns a string value as std::string_view. REQUIRES: value.is_string().
inline std::string_view as_view(const Value& value) {
  const auto& text = value.get_string();
  return {text.data(), text.size()};
}

/// Returns a string as a Value (Boost 1.81 converts neither std::string nor std::string_view by itself).
inline Value make_string(std::string_view text) {
  return boost::json::string(boost::json::string_view(text.data(), text.size()));
}

}  // namespace snapstash::json
