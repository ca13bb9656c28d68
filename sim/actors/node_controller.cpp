#include "sim/actors/node_controller.hpp"

#include "sim/actors/pod_status.hpp"

namespace snapstash::sim {
namespace {

constexpr std::chrono::seconds kGrace{40};    // --node-monitor-grace-period
constexpr std::chrono::minutes kEviction{5};  // the default tolerationSeconds of unreachable:NoExecute

bool is_on(const StoredObject& pod, const std::string& node) {
  return json::find_string(pod.value(), "/spec/nodeName") == node;
}

bool has_ended(const StoredObject& pod) {
  const std::string_view phase = json::find_string(pod.value(), "/status/phase");
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

void NodeController::pass() {
  for (const ObjectPtr& node : cluster_.list(kinds::kNode)) judge(*node);
  collect_pods();
}

void NodeController::judge(const StoredObject& node) {
  const bool ready = has_condition(node, "Ready");
  if (!kubelet_.is_lost(node.name())) {
    silent_since_.erase(node.name());
    if (!ready) {
      mark(node, "True");
      mark_pods(node.name(), true);
    }
    return;
  }
  const MonoTime now = cluster_.executor.now();
  const MonoTime since = silent_since_.try_emplace(node.name(), now).first->second;
  if (now < since + kGrace) return wake_at(since + kGrace);
  if (ready) {
    mark(node, "Unknown");
    mark_pods(node.name(), false);
  }
  if (now < since + kGrace + kEviction) return wake_at(since + kGrace + kEviction);
  evict_pods(node.name());
  wake_at(now + std::chrono::seconds(10));
}

void NodeController::mark(const StoredObject& node, std::string_view ready) {
  json::Object condition{
      {"type", "Ready"},
      {"status", json::make_string(ready)},
      {"reason", ready == "True" ? "KubeletReady" : "NodeStatusUnknown"},
      {"message", ready == "True" ? "kubelet is posting ready status" : "Kubelet stopped posting node status."},
      {"lastTransitionTime", json::make_string(format_time(cluster_.wall()))}
  };
  cluster_.patch_status(name_, node, json::Object{{"conditions", with_condition(node, std::move(condition))}});
}

void NodeController::mark_pods(const std::string& node, bool ready) {
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    if (!is_on(*pod, node) || has_ended(*pod) || find_condition(*pod, "Ready") == nullptr) continue;
    if (json::find_string(pod->value(), "/status/phase") != "Running") continue;
    json::Object condition = pod_condition("Ready", ready, "", cluster_.wall());
    cluster_.patch_status(name_, *pod, json::Object{{"conditions", with_condition(*pod, std::move(condition))}});
  }
}

void NodeController::evict_pods(const std::string& node) {
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    if (!is_on(*pod, node) || has_ended(*pod) || is_deleting(*pod)) continue;
    json::Object target = pod_condition("DisruptionTarget", true, "DeletionByTaintManager", cluster_.wall());
    target["message"] = "Taint manager: deleting due to NoExecute taint";
    cluster_.patch_status(name_, *pod, json::Object{{"conditions", with_condition(*pod, std::move(target))}});
    cluster_.remove(name_, *pod);
  }
}

/// PodGC: pods of nodes that do not exist are failed and forced away.
void NodeController::collect_pods() {
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    const std::string node(json::find_string(pod->value(), "/spec/nodeName"));
    if (node.empty() || cluster_.find(kinds::kNode, "", node)) continue;
    if (!has_ended(*pod)) {
      json::Object target = pod_condition("DisruptionTarget", true, "DeletionByPodGC", cluster_.wall());
      target["message"] = "PodGC: node no longer exists";
      cluster_.patch_status(
          name_, *pod, json::Object{{"phase", "Failed"}, {"conditions", with_condition(*pod, std::move(target))}}
      );
    }
    kube::Call call = kube::remove(kinds::kPod, place_of(*pod), {.uid = pod->uid(), .resource_version = ""});
    call.request.body = R"({"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0})";
    cluster_.send(name_, call);
  }
}

}  // namespace snapstash::sim
