#include "sim/api_server/resources.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "api/crd.hpp"

namespace snapstash::sim {
namespace {

struct BuiltIn {
  kube::Resource resource;
  bool has_status = false;
  bool counts_generation = false;
};

// pkg/registry/*/strategy.go: which kinds have a status subresource, and which count their generations.
constexpr BuiltIn kBuiltIn[] = {
    {{"", "v1", "Namespace", "namespaces", false}, true, false},
    {{"", "v1", "Node", "nodes", false}, true, false},
    {{"", "v1", "Pod", "pods"}, true, true},
    {{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"}, true, false},
    {{"", "v1", "PersistentVolume", "persistentvolumes", false}, true, false},
    {{"", "v1", "ServiceAccount", "serviceaccounts"}, false, false},
    {{"", "v1", "ConfigMap", "configmaps"}, false, false},
    {{"", "v1", "Secret", "secrets"}, false, false},
    {{"", "v1", "Service", "services"}, true, false},
    {{"", "v1", "ResourceQuota", "resourcequotas"}, true, false},
    {{"", "v1", "Event", "events"}, false, false},
    {{"events.k8s.io", "v1", "Event", "events"}, false, false},
    {{"apps", "v1", "Deployment", "deployments"}, true, true},
    {{"apps", "v1", "ReplicaSet", "replicasets"}, true, true},
    {{"apps", "v1", "StatefulSet", "statefulsets"}, true, true},
    {{"apps", "v1", "DaemonSet", "daemonsets"}, true, true},
    {{"batch", "v1", "Job", "jobs"}, true, true},
    {{"batch", "v1", "CronJob", "cronjobs"}, true, true},
    {{"rbac.authorization.k8s.io", "v1", "Role", "roles"}, false, false},
    {{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"}, false, false},
    {{"rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false}, false, false},
    {{"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false}, false, false},
    {{"coordination.k8s.io", "v1", "Lease", "leases"}, false, false},
    {{"storage.k8s.io", "v1", "StorageClass", "storageclasses", false}, false, false},
    {{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false}, true, true},
};

constexpr BuiltIn kSnapshots[] = {
    {{"snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots"}, true, true},
    {{"snapshot.storage.k8s.io", "v1", "VolumeSnapshotContent", "volumesnapshotcontents", false}, true, true},
    {{"snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass", "volumesnapshotclasses", false}, false, true},
};

ResourceType type_of(const BuiltIn& known, bool custom) {
  return {
      .index = 0,
      .resource = known.resource,
      .custom = custom,
      .has_status = known.has_status,
      .counts_generation = known.counts_generation,
      .schema = nullptr
  };
}

ResourceType type_of(const json::Value& crd) {
  return {
      .index = 0,
      .resource =
          {json::find_string(crd, "/spec/group"), json::find_string(crd, "/spec/versions/0/name"),
           json::find_string(crd, "/spec/names/kind"), json::find_string(crd, "/spec/names/plural"),
           json::find_string(crd, "/spec/scope") == "Namespaced"},
      .custom = true,
      .has_status = json::find(crd, "/spec/versions/0/subresources/status") != nullptr,
      .counts_generation = true,
      .schema = json::find(crd, "/spec/versions/0/schema/openAPIV3Schema")
  };
}

std::vector<ResourceType> make_types() {
  // The types hold views of it, so it lives as long as they do.
  static const std::vector<json::Value> crds = api::all_crds();
  std::vector<ResourceType> types;
  for (const BuiltIn& known : kBuiltIn) types.push_back(type_of(known, false));
  for (const BuiltIn& known : kSnapshots) types.push_back(type_of(known, true));
  for (const json::Value& crd : crds) types.push_back(type_of(crd));
  std::size_t next = 0;
  for (ResourceType& type : types) {
    const bool second_of_events = type.resource.group == "events.k8s.io";
    type.index = second_of_events ? next - 1 : next++;
  }
  return types;
}

}  // namespace

std::string ResourceType::qualified() const {
  std::string name(resource.plural);
  return resource.group.empty() ? name : name.append(".").append(resource.group);
}

std::string ResourceType::qualified_kind() const {
  std::string name(resource.kind);
  return resource.group.empty() ? name : name.append(".").append(resource.group);
}

std::span<const ResourceType> resource_types() {
  static const std::vector<ResourceType> types = make_types();
  return types;
}

std::size_t collection_count() { return resource_types().back().index + 1; }

const ResourceType* find_type(std::string_view group, std::string_view version, std::string_view plural) {
  for (const ResourceType& type : resource_types()) {
    const kube::Resource& one = type.resource;
    if (one.plural == plural && one.group == group && one.version == version) return &type;
  }
  return nullptr;
}

const ResourceType* find_type_of_kind(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  const bool core = slash == std::string_view::npos;
  const std::string_view group = core ? std::string_view() : api_version.substr(0, slash);
  const std::string_view version = core ? api_version : api_version.substr(slash + 1);
  for (const ResourceType& type : resource_types()) {
    const kube::Resource& one = type.resource;
    if (one.kind == kind && one.group == group && one.version == version) return &type;
  }
  return nullptr;
}

const ResourceType& get_type(const kube::Resource& resource) {
  const ResourceType* type = find_type(resource.group, resource.version, resource.plural);
  if (type == nullptr) std::abort();  // a mistake of the caller's: see the table above
  return *type;
}

}  // namespace snapstash::sim
