#include "sim/actors/workload_controller.hpp"

#include <fmt/format.h>

namespace snapstash::sim {

void WorkloadController::pass() {
  for (const ObjectPtr& each : cluster_.list(kinds::kDeployment)) report(*each, "replicas", "readyReplicas");
  for (const ObjectPtr& each : cluster_.list(kinds::kDaemonSet)) report(*each, "desiredNumberScheduled", "numberReady");
  for (const ObjectPtr& each : cluster_.list(kinds::kStatefulSet)) {
    if (!is_deleting(*each)) make_claims(*each);
    report(*each, "replicas", "readyReplicas");
  }
}

void WorkloadController::report(const StoredObject& workload, std::string_view replicas, std::string_view ready) {
  const std::int64_t generation = number_at(workload.value(), "/metadata/generation", 1);
  const std::int64_t wanted = number_at(workload.value(), "/spec/replicas", 1);
  const std::string pointer = fmt::format("/status/{}", ready);
  const bool same = number_at(workload.value(), "/status/observedGeneration", 0) == generation &&
                    number_at(workload.value(), pointer, 0) == wanted;
  if (same || is_deleting(workload)) return;
  json::Object status{{"observedGeneration", generation}};
  status[replicas] = wanted;
  status[ready] = wanted;
  cluster_.patch_status(name_, workload, std::move(status));
}

void WorkloadController::make_claims(const StoredObject& stateful_set) {
  const json::Array* templates = json::find_array(stateful_set.value(), "/spec/volumeClaimTemplates");
  if (templates == nullptr) return;
  const std::int64_t first = number_at(stateful_set.value(), "/spec/ordinals/start", 0);
  const std::int64_t replicas = number_at(stateful_set.value(), "/spec/replicas", 1);
  for (std::int64_t ordinal = first; ordinal < first + replicas; ++ordinal) {
    for (const json::Value& each : *templates) {
      const std::string name =
          fmt::format("{}-{}-{}", json::find_string(each, "/metadata/name"), stateful_set.name(), ordinal);
      if (cluster_.find(kinds::kClaim, stateful_set.namespace_(), name)) continue;
      json::Object metadata{
          {"name", json::make_string(name)}, {"namespace", json::make_string(stateful_set.namespace_())}
      };
      if (const auto* labels = json::find_object(stateful_set.value(), "/spec/selector/matchLabels")) {
        metadata["labels"] = *labels;
      }
      cluster_.create(
          name_, kinds::kClaim,
          json::Object{
              {"apiVersion", "v1"},
              {"kind", "PersistentVolumeClaim"},
              {"metadata", std::move(metadata)},
              {"spec", *json::find(each, "/spec")}
          }
      );
    }
  }
}

}  // namespace snapstash::sim
