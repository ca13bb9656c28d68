#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/target_ref.hpp"
#include "features/cluster/stores.hpp"

namespace snapstash::cluster {

/// The part of a backup's target that says which PVCs it has.
struct Target {
  std::string kind, namespace_, name;
  std::vector<std::string> claims;     ///< PVCs named by the pod template's volumes, in order; for a PVC: itself.
  std::vector<std::string> templates;  ///< StatefulSet: names of volumeClaimTemplates.
  std::int64_t replicas = 1;           ///< StatefulSet: spec.replicas, or target.replicas where the user set it.
  std::int64_t first_ordinal = 0;      ///< StatefulSet: spec.ordinals.start.
};

/// Returns the target, or nothing when there is no such object. `namespace_` is that of the object that refers to it;
/// `replicas` is what the user wrote (`target.replicas`).
std::optional<Target> find_target(
    const Stores& stores, const api::TargetRef& ref, const std::string& namespace_, std::optional<std::int32_t> replicas
);

/// Returns "Deployment demo/web": how sentences name a target.
std::string describe(const api::TargetRef& ref, const std::string& namespace_);

}  // namespace snapstash::cluster
