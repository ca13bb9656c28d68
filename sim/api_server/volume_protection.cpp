#include "sim/api_server/volume_protection.hpp"

#include <algorithm>
#include <utility>

#include "kernel/kube/request.hpp"

namespace snapstash::sim {
namespace {

const ResourceType& core_type(std::string_view plural) { return *find_type("", "v1", plural); }

bool is_deleting(const StoredObject& object) {
  return json::find(object.value(), "/metadata/deletionTimestamp") != nullptr;
}

bool mounts(const StoredObject& pod, std::string_view claim) {
  const json::Array* volumes = json::find_array(pod.value(), "/spec/volumes");
  return volumes != nullptr && std::ranges::any_of(*volumes, [&](const json::Value& volume) {
           return json::find_string(volume, "/persistentVolumeClaim/claimName") == claim;
         });
}

}  // namespace

VolumeProtection::VolumeProtection(ApiServer& server)
    : server_(server), subscription_(server.storage().on_change([this](const Change&) { dirty_ = true; })) {}

bool VolumeProtection::is_used(const StoredObject& claim) const {
  const auto pods = server_.storage().list(core_type("pods"), claim.namespace_());
  return std::ranges::any_of(pods, [&](const ObjectPtr& pod) {
    const std::string_view phase = json::find_string(pod->value(), "/status/phase");
    return phase != "Succeeded" && phase != "Failed" && mounts(*pod, claim.name());
  });
}

bool VolumeProtection::let_go(const ResourceType& type, const StoredObject& object, std::string_view finalizer) {
  const json::Array* finalizers = json::find_array(object.value(), "/metadata/finalizers");
  if (finalizers == nullptr) return false;
  json::Array left;
  for (const json::Value& one : *finalizers) {
    if (one != json::make_string(finalizer)) left.push_back(one);
  }
  if (left.size() == finalizers->size()) return false;
  static const Identity who{
      "system:serviceaccount:kube-system:pvc-protection-controller", {"system:masters", "system:authenticated"}
  };
  const json::Object patch{{"metadata", json::Object{{"finalizers", std::move(left)}}}};
  const kube::Place place{object.namespace_(), object.name()};
  server_.handle(kube::merge_patch(type.resource, place, json::serialize(patch)).request, who);
  return dirty_;
}

bool VolumeProtection::step() {
  if (!std::exchange(dirty_, false)) return false;
  const ResourceType& claims = core_type("persistentvolumeclaims");
  for (const ObjectPtr& claim : server_.storage().list(claims)) {
    if (!is_deleting(*claim) || is_used(*claim)) continue;
    if (let_go(claims, *claim, "kubernetes.io/pvc-protection")) return true;
  }
  const ResourceType& volumes = core_type("persistentvolumes");
  for (const ObjectPtr& volume : server_.storage().list(volumes)) {
    if (!is_deleting(*volume) || json::find_string(volume->value(), "/status/phase") == "Bound") continue;
    if (let_go(volumes, *volume, "kubernetes.io/pv-protection")) return true;
  }
  return false;
}

}  // namespace snapstash::sim
