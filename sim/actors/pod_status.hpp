#pragma once
#include <string>
#include <string_view>

#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"
#include "sim/api_server/storage.hpp"

/// What kubelets write about pods, as values.
namespace snapstash::sim {

struct Termination {
  int exit_code;
  std::string_view reason, message;
  WallTime started_at, finished_at;
};

json::Object pod_condition(std::string_view type, bool holds, std::string_view reason, WallTime now);
json::Value unschedulable_status(WallTime now);
json::Value waiting_status(const StoredObject& pod, std::string_view reason, std::string_view message, WallTime now);
json::Value running_status(const StoredObject& pod, WallTime now);
json::Value terminated_status(const StoredObject& pod, const Termination& how);
json::Value evicted_status(const StoredObject& pod, WallTime now);

}  // namespace snapstash::sim
