#pragma once
#include <cstdint>
#include <string>

#include "features/naming/labels.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::schedule {

/// A BackupSession to create.
struct SessionOrder {
  std::string name, namespace_;
  std::string invoker_kind, invoker;
  naming::Labels labels, annotations;
  json::Object owner;  ///< The controller reference to the invoker.
  std::int32_t retry_left = 0;
};

/// Returns it as it is posted. Pure.
json::Value session_manifest(SessionOrder order);

}  // namespace snapstash::schedule
