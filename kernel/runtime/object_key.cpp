#include "kernel/runtime/object_key.hpp"

namespace snapstash::runtime {

std::string key_of(std::string_view namespace_, std::string_view name) {
  std::string key(namespace_);
  if (!key.empty()) key += '/';
  return key += name;
}

KeyParts split_key(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return {"", key};
  return {key.substr(0, slash), key.substr(slash + 1)};
}

Identity identity_of(const json::Value& object) {
  return {
      json::find_string(object, "/metadata/namespace"), json::find_string(object, "/metadata/name"),
      json::find_string(object, "/metadata/uid"), json::find_string(object, "/metadata/resourceVersion")
  };
}

}  // namespace snapstash::runtime
