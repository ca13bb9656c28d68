#include "sim/actors/pod_status.hpp"

#include <utility>

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

json::Array container_statuses(const StoredObject& pod, bool ready, json::Object state) {
  return {json::Object{
      {"name", text(json::find_string(pod.value(), "/spec/containers/0/name"))},
      {"image", text(json::find_string(pod.value(), "/spec/containers/0/image"))},
      {"imageID", ""},
      {"ready", ready},
      {"started", ready},
      {"restartCount", 0},
      {"lastState", json::Object{}},
      {"state", std::move(state)}
  }};
}

/// Why a pod was disrupted stays, whatever becomes of it.
json::Array conditions(const StoredObject& pod, bool ready, std::string_view reason, WallTime now) {
  json::Array all{
      pod_condition("PodReadyToStartContainers", ready, "", now), pod_condition("Initialized", true, "", now),
      pod_condition("Ready", ready, ready ? "" : reason, now),
      pod_condition("ContainersReady", ready, ready ? "" : reason, now), pod_condition("PodScheduled", true, "", now)
  };
  if (const json::Array* before = json::find_array(pod.value(), "/status/conditions")) {
    for (const json::Value& each : *before) {
      if (json::find_string(each, "/type") == "DisruptionTarget") all.push_back(each);
    }
  }
  return all;
}

}  // namespace

json::Object pod_condition(std::string_view type, bool holds, std::string_view reason, WallTime now) {
  json::Object condition{
      {"type", text(type)},
      {"status", holds ? "True" : "False"},
      {"lastProbeTime", json::Value()},
      {"lastTransitionTime", text(format_time(now))}
  };
  if (!reason.empty()) condition["reason"] = text(reason);
  return condition;
}

json::Value unschedulable_status(WallTime now) {
  json::Object scheduled = pod_condition("PodScheduled", false, "Unschedulable", now);
  scheduled["message"] = "0/2 nodes are available: 2 Insufficient memory.";
  return json::Object{{"conditions", json::Array{std::move(scheduled)}}};
}

json::Value waiting_status(const StoredObject& pod, std::string_view reason, std::string_view message, WallTime now) {
  json::Object waiting{{"reason", text(reason)}};
  if (!message.empty()) waiting["message"] = text(message);
  return json::Object{
      {"phase", "Pending"},
      {"startTime", text(format_time(now))},
      {"conditions", conditions(pod, false, "ContainersNotReady", now)},
      {"containerStatuses", container_statuses(pod, false, {{"waiting", std::move(waiting)}})}
  };
}

json::Value running_status(const StoredObject& pod, WallTime now) {
  return json::Object{
      {"phase", "Running"},
      {"podIP", "10.0.0.1"},
      {"conditions", conditions(pod, true, "", now)},
      {"containerStatuses",
       container_statuses(pod, true, {{"running", json::Object{{"startedAt", text(format_time(now))}}}})}
  };
}

json::Value terminated_status(const StoredObject& pod, const Termination& how) {
  json::Object terminated{
      {"exitCode", how.exit_code},
      {"reason", text(how.reason)},
      {"startedAt", text(format_time(how.started_at))},
      {"finishedAt", text(format_time(how.finished_at))}
  };
  if (!how.message.empty()) terminated["message"] = text(how.message);
  return json::Object{
      {"phase", how.exit_code == 0 ? "Succeeded" : "Failed"},
      {"conditions", conditions(pod, false, how.exit_code == 0 ? "PodCompleted" : "PodFailed", how.finished_at)},
      {"containerStatuses", container_statuses(pod, false, {{"terminated", std::move(terminated)}})}
  };
}

json::Value evicted_status(const StoredObject& pod, WallTime now) {
  json::Value status = terminated_status(pod, {137, "Error", "", now, now});
  json::Object& object = status.as_object();
  object["reason"] = "Evicted";
  object["message"] = "The node was low on resource: memory.";
  json::Object target = pod_condition("DisruptionTarget", true, "TerminationByKubelet", now);
  target["message"] = "The node was low on resource: memory.";
  object["conditions"].as_array().emplace_back(std::move(target));
  return status;
}

}  // namespace snapstash::sim
