#include "features/cluster/target.hpp"

#include <fmt/format.h>

namespace snapstash::cluster {
namespace {

std::vector<std::string> claims_in(const api::PodVolumes& pod) {
  std::vector<std::string> names;
  for (const auto& volume : pod.spec.volumes) {
    if (volume.claim) names.push_back(volume.claim->claim_name);
  }
  return names;
}

void read(const api::Deployment& workload, Target& target) { target.claims = claims_in(workload.spec.pod); }

void read(const api::DaemonSet& workload, Target& target) { target.claims = claims_in(workload.spec.pod); }

void read(const api::StatefulSet& workload, Target& target) {
  target.claims = claims_in(workload.spec.pod);
  for (const auto& each : workload.spec.claim_templates) target.templates.push_back(each.metadata.name);
  target.replicas = workload.spec.replicas.value_or(1);
  target.first_ordinal = workload.spec.ordinals.start;
}

void read(const api::PersistentVolumeClaim& claim, Target& target) { target.claims = {claim.metadata.name}; }

template <class T>
std::optional<Target> look(const runtime::Store<T>& store, Target blank) {
  const auto object = store.get(runtime::key_of(blank.namespace_, blank.name));
  if (!object) return std::nullopt;
  read(*object, blank);
  return blank;
}

}  // namespace

std::optional<Target> find_target(
    const Stores& stores, const api::TargetRef& ref, const std::string& namespace_, std::optional<std::int32_t> replicas
) {
  const Target blank{.kind = ref.kind, .namespace_ = namespace_, .name = ref.name};
  std::optional<Target> target;
  if (ref.kind == "Deployment") target = look(stores.deployments, blank);
  if (ref.kind == "StatefulSet") target = look(stores.stateful_sets, blank);
  if (ref.kind == "DaemonSet") target = look(stores.daemon_sets, blank);
  if (ref.kind == "PersistentVolumeClaim") target = look(stores.claims, blank);
  if (target && replicas) target->replicas = *replicas;
  return target;
}

std::string describe(const api::TargetRef& ref, const std::string& namespace_) {
  return fmt::format("{} {}/{}", ref.kind, namespace_, ref.name);
}

}  // namespace snapstash::cluster
