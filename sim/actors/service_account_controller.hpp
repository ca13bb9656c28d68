#pragma once
#include "sim/actors/actor.hpp"

namespace snapstash::sim {

/// kube-controller-manager's service account controller: every namespace that lives has an account `default`.
class ServiceAccountController final : public Actor {
 public:
  explicit ServiceAccountController(
      Cluster cluster, Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(100)}
  )
      : Actor(cluster, "service-account-controller", pace, {kinds::kNamespace, kinds::kServiceAccount}) {
    wake_soon();
  }

 private:
  void pass() override;
};

}  // namespace snapstash::sim
