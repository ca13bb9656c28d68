#pragma once
#include <compare>
#include <string>
#include <string_view>

#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"

namespace snapstash::runtime {

/// Returns the key of an object: "namespace/name", or "name" for a cluster-scoped one.
std::string key_of(std::string_view namespace_, std::string_view name);
inline std::string key_of(const kube::ObjectMeta& metadata) { return key_of(metadata.namespace_, metadata.name); }

/// A key's two parts; the namespace is "" for a cluster-scoped object. Views into what they were made from.
struct KeyParts {
  std::string_view namespace_, name;
  friend auto operator<=>(const KeyParts&, const KeyParts&) = default;
};
KeyParts split_key(std::string_view key);
inline KeyParts name_of(const kube::ObjectMeta& metadata) { return {metadata.namespace_, metadata.name}; }

/// Who an object is, and which version of it, read from its JSON without decoding the rest. Views into the JSON.
struct Identity {
  std::string_view namespace_, name, uid, resource_version;
};
Identity identity_of(const json::Value& object);

}  // namespace snapstash::runtime
