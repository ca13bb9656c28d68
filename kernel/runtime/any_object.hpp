#pragma once
#include <memory>
#include <string>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"

/// Objects of a kind that only their store knows: what a store does with them is compiled once, not once for each kind.
namespace snapstash::runtime {

using AnyObject = std::shared_ptr<const void>;

/// All that need be known of a kind.
struct AnyKind {
  const kube::ObjectMeta& (*metadata)(const void* object);
  Result<AnyObject> (*decode)(const json::Value& json);
};

/// As Change, of a kind that only the store knows.
struct AnyChange {
  std::string key;
  AnyObject before, after;
};

}  // namespace snapstash::runtime
