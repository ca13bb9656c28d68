#pragma once
#include "sim/actors/actor.hpp"

namespace snapstash::sim {

/// Deployments, DaemonSets and StatefulSets, as far as a backup sees them: their status says that all replicas are
/// there, and a StatefulSet has the PVCs of its templates. Pods of theirs are left out.
class WorkloadController final : public Actor {
 public:
  explicit WorkloadController(
      Cluster cluster, Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(200)}
  )
      : Actor(
            cluster, "workload-controller", pace,
            {kinds::kDeployment, kinds::kStatefulSet, kinds::kDaemonSet, kinds::kClaim}
        ) {}

 private:
  void pass() override;
  void report(const StoredObject& workload, std::string_view replicas, std::string_view ready);
  void make_claims(const StoredObject& stateful_set);
};

}  // namespace snapstash::sim
