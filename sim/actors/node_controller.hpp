#pragma once
#include <map>

#include "sim/actors/kubelet.hpp"

namespace snapstash::sim {

/// kube-controller-manager's node lifecycle controller, taint eviction and pod garbage collection: a node that does not
/// answer is Unknown after 40 s, its pods are deleted 5 minutes later, and those of a node that is gone are forced
/// away. Leases of nodes are left out: the kubelet is asked whether it still answers.
class NodeController final : public Actor {
 public:
  NodeController(
      Cluster cluster, const Kubelet& kubelet,
      Pace pace = {std::chrono::milliseconds(50), std::chrono::milliseconds(500)}
  )
      : Actor(cluster, "node-controller", pace, {kinds::kNode}), kubelet_(kubelet) {}

  /// To be called when a node is lost or has returned.
  void look() { wake_soon(); }

 private:
  void pass() override;
  void judge(const StoredObject& node);
  void mark(const StoredObject& node, std::string_view ready);
  void mark_pods(const std::string& node, bool ready);
  void evict_pods(const std::string& node);
  void collect_pods();

  const Kubelet& kubelet_;
  std::map<std::string, MonoTime> silent_since_;
};

}  // namespace snapstash::sim
