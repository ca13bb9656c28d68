#include "sim/actors/kubelet.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/actors/pod_status.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kScheduler = "kube-scheduler";

bool has_ended(const StoredObject& pod) {
  const std::string_view phase = json::find_string(pod.value(), "/status/phase");
  return phase == "Succeeded" || phase == "Failed";
}

std::string node_of(const StoredObject& pod) { return std::string(json::find_string(pod.value(), "/spec/nodeName")); }

}  // namespace

std::string node_name_of(const StoredObject& pod) {
  const std::string_view program = json::find_string(pod.value(), "/spec/containers/0/args/0");
  if (program == "create-backupsession") return "trigger";
  if (program == "create-vs") return "snapshotter";
  if (program == "restore-vs") return "restorer";
  if (program == "run-hook") return "hook-runner";
  return std::string(json::find_string(pod.value(), "/spec/containers/0/name"));
}

Kubelet::Kubelet(Cluster cluster, const Wiring& wiring, Counters& counters, ContainerImage image, Settings settings)
    : Actor(cluster, "kubelet", settings.pace, {kinds::kPod, kinds::kNode}),
      wiring_(wiring),
      counters_(counters),
      image_(std::move(image)),
      settings_(std::move(settings)) {}

void Kubelet::pass() {
  const auto pods = cluster_.list(kinds::kPod);
  for (const ObjectPtr& pod : pods) {
    if (node_of(*pod).empty()) {
      schedule(*pod);
    } else if (!lost_.contains(node_of(*pod))) {
      look_after(*pod);
    }
  }
  // Deleted without a grace period, or by somebody who gave up on the node.
  std::erase_if(pods_, [&](const auto& item) {
    const bool there = std::ranges::any_of(pods, [&](const ObjectPtr& pod) { return pod->uid() == item.first; });
    return !there && !lost_.contains(item.second.node);
  });
}

void Kubelet::schedule(const StoredObject& pod) {
  if (has_ended(pod)) return;
  if (is_deleting(pod)) {
    // PodGC: nobody else would ever end a pod that has no node.
    cluster_.patch_status("pod-garbage-collector", pod, json::Object{{"phase", "Failed"}});
    return;
  }
  std::vector<std::string> ready;
  for (const ObjectPtr& node : cluster_.list(kinds::kNode)) {
    if (has_condition(*node, "Ready")) ready.push_back(node->name());
  }
  const bool refused = settings_.trouble && settings_.trouble(pod).unschedulable;
  if (ready.empty() || refused) {
    if (find_condition(pod, "PodScheduled") == nullptr) {
      cluster_.patch_status(kScheduler, pod, unschedulable_status(cluster_.wall()));
    }
    return wake_at(cluster_.executor.now() + std::chrono::seconds(5));
  }
  const std::string& node = ready[cluster_.random.next() % ready.size()];
  // POST pods/NAME/binding: the one way in which the API server lets spec.nodeName change.
  json::Value bound = json::clone(pod.value());
  bound.as_object()["spec"].as_object()["nodeName"] = json::make_string(node);
  json::Value& status = bound.as_object()["status"];
  if (!status.is_object()) status = json::Object{{"phase", "Pending"}};
  status.as_object()["conditions"] = with_condition(pod, pod_condition("PodScheduled", true, "", cluster_.wall()));
  cluster_.storage.put(get_type(kinds::kPod), std::move(bound));
  cluster_.story.tell(kScheduler, [&] {
    return fmt::format("pod {}/{} goes to {}", pod.namespace_(), pod.name(), node);
  });
}

void Kubelet::look_after(const StoredObject& pod) {
  if (has_ended(pod)) {
    pods_.erase(pod.uid());
    if (is_deleting(pod)) confirm_deletion(pod);
    return;
  }
  const auto found = pods_.find(pod.uid());
  if (found == pods_.end()) {
    if (is_deleting(pod)) {
      Pod never{.node = node_of(pod), .namespace_ = pod.namespace_(), .name = pod.name()};
      never.exit_code = 137;
      never.reason = "ContainerStatusUnknown";
      report_exit(pod, never);
      return confirm_deletion(pod);
    }
    return begin(pod, node_of(pod));
  }
  Pod& state = found->second;
  if (state.exited) {
    report_exit(pod, state);
    return wake_soon();
  }
  if (is_deleting(pod)) return stop(pod, state);
  if (!state.process) try_start(pod, state);
}

void Kubelet::begin(const StoredObject& pod, const std::string& node) {
  Pod state{.node = node, .namespace_ = pod.namespace_(), .name = pod.name()};
  const Duration pull = cluster_.between(settings_.image_pull.shortest, settings_.image_pull.longest);
  state.pulled_at = cluster_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(pull);
  wake_at(state.pulled_at);
  pods_.emplace(pod.uid(), std::move(state));
  cluster_.patch_status(name_, pod, waiting_status(pod, "ContainerCreating", "", cluster_.wall()));
}

void Kubelet::try_start(const StoredObject& pod, Pod& state) {
  const MonoTime now = cluster_.executor.now();
  if (now < state.pulled_at) return wake_at(state.pulled_at);
  const PodTrouble trouble = settings_.trouble ? settings_.trouble(pod) : PodTrouble{};
  if (trouble.hangs) {
    state.pulled_at = now + std::chrono::seconds(5);
    return wake_at(state.pulled_at);
  }
  if (trouble.image_error.empty()) return start(pod, state);
  const std::string_view reason = state.reported_trouble ? "ImagePullBackOff" : "ErrImagePull";
  const std::string_view shown = json::find_string(pod.value(), "/status/containerStatuses/0/state/waiting/reason");
  if (shown != reason) {
    cluster_.patch_status(name_, pod, waiting_status(pod, reason, trouble.image_error, cluster_.wall()));
  }
  state.reported_trouble = true;
  state.pulled_at = now + std::chrono::seconds(10);
  wake_at(state.pulled_at);
}

void Kubelet::start(const StoredObject& pod, Pod& state) {
  const std::string_view named = json::find_string(pod.value(), "/spec/serviceAccountName");
  const std::string account(named.empty() ? "default" : named);
  const std::string node_name = node_name_of(pod);
  state.started_at = cluster_.wall();
  cluster_.story.tell(name_, [&] {
    return fmt::format("starts {}/{} on {}", pod.namespace_(), pod.name(), state.node);
  });
  cluster_.patch_status(name_, pod, running_status(pod, state.started_at));
  state.process = std::make_unique<Process>(
      wiring_,
      Process::Settings{
          .name = node_name, .identity = service_account(pod.namespace_(), account), .order = settings_.order
      },
      Process::Place{counters_[node_name], cluster_.server}, image_(container_of(pod)),
      [this, uid = pod.uid()](std::optional<int> exit_code) { on_exit(uid, exit_code); }
  );
}

void Kubelet::on_exit(const std::string& uid, std::optional<int> exit_code) {
  Pod& state = pods_.at(uid);
  state.exited = true;
  state.exit_code = exit_code.value_or(137);
  state.reason = !exit_code ? "OOMKilled" : *exit_code == 0 ? "Completed" : "Error";
  state.message = state.process->termination_message();
  state.process.reset();
  cluster_.story.tell(name_, [&] {
    return fmt::format("{}/{} ended with {} {}", state.namespace_, state.name, state.exit_code, state.message);
  });
  wake_soon();
}

void Kubelet::stop(const StoredObject& pod, Pod& state) {
  const MonoTime now = cluster_.executor.now();
  if (!state.process) {
    state.exited = true;
    state.exit_code = 137;
    state.reason = "ContainerStatusUnknown";
    return wake_soon();
  }
  if (!state.kill_at) {
    const std::int64_t grace = number_at(pod.value(), "/metadata/deletionGracePeriodSeconds", 30);
    state.kill_at = now + std::chrono::seconds(grace);
    state.process->signal();
    return wake_at(*state.kill_at);
  }
  if (now < *state.kill_at) return wake_at(*state.kill_at);
  state.process.reset();
  state.exited = true;
  state.exit_code = 137;
  state.reason = "Error";
  wake_soon();
}

void Kubelet::report_exit(const StoredObject& pod, const Pod& state) {
  const WallTime now = cluster_.wall();
  cluster_.patch_status(
      name_, pod, terminated_status(pod, {state.exit_code, state.reason, state.message, state.started_at, now})
  );
}

void Kubelet::confirm_deletion(const StoredObject& pod) {
  if (!confirmed_.insert(pod.uid()).second) return;
  kube::Call call = kube::remove(kinds::kPod, place_of(pod), {.uid = pod.uid(), .resource_version = ""});
  call.request.body = json::serialize(json::Object{
      {"apiVersion", "v1"},
      {"kind", "DeleteOptions"},
      {"gracePeriodSeconds", 0},
      {"preconditions", json::Object{{"uid", json::make_string(pod.uid())}}}
  });
  cluster_.send(name_, call);
}

void Kubelet::lose_node(const std::string& node) {
  lost_.insert(node);
  cluster_.story.tell("node", [&] { return node + " is lost"; });
  for (auto& [uid, pod] : pods_) {
    if (pod.node == node && pod.process) pod.process->network().set_state(NodeNetwork::State::kIsolated);
  }
}

void Kubelet::return_node(const std::string& node) {
  lost_.erase(node);
  cluster_.story.tell("node", [&] { return node + " is back"; });
  for (auto& [uid, pod] : pods_) {
    if (pod.node == node && pod.process) pod.process->network().set_state(NodeNetwork::State::kUp);
  }
  wake_soon();
}

Kubelet::Pod* Kubelet::find(const std::string& namespace_, const std::string& pod) {
  for (auto& [uid, each] : pods_) {
    if (each.namespace_ == namespace_ && each.name == pod) return &each;
  }
  return nullptr;
}

Process* Kubelet::find_process(const std::string& namespace_, const std::string& pod) {
  Pod* found = find(namespace_, pod);
  return found == nullptr ? nullptr : found->process.get();
}

void Kubelet::kill(const std::string& namespace_, const std::string& pod) {
  Pod* found = find(namespace_, pod);
  if (found == nullptr || !found->process) return;
  found->process.reset();
  found->exited = true;
  found->exit_code = 137;
  found->reason = "OOMKilled";
  wake_soon();
}

void Kubelet::evict(const std::string& namespace_, const std::string& pod) {
  const ObjectPtr object = cluster_.find(kinds::kPod, namespace_, pod);
  if (!object || has_ended(*object) || lost_.contains(node_of(*object))) return;
  pods_.erase(object->uid());
  cluster_.patch_status(name_, *object, evicted_status(*object, cluster_.wall()));
}

}  // namespace snapstash::sim
