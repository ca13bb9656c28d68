#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/random.hpp"
#include "kernel/kube/request.hpp"
#include "sim/api_server/api_server.hpp"
#include "sim/executor/seeded_executor.hpp"
#include "sim/executor/story.hpp"

namespace snapstash::sim {

/// What the actors, those parts of the cluster that are not under test, work with: they look straight into the storage
/// and write through an API server, at once. All of it must outlive them.
struct Cluster {
  Storage& storage;
  ApiServer& server;
  SeededExecutor& executor;
  Random& random;
  Story& story;

  WallTime wall() const { return executor.clock().now(); }
  /// Returns a duration between the two.
  Duration between(Duration shortest, Duration longest);

  ObjectPtr find(const kube::Resource& resource, std::string_view namespace_, std::string_view name) const {
    return storage.find(get_type(resource), namespace_, name);
  }
  std::vector<ObjectPtr> list(const kube::Resource& resource, std::string_view namespace_ = "") const {
    return storage.list(get_type(resource), namespace_);
  }
  /// Sends it as that component (whom RBAC does not limit) and tells the story.
  wire::Response send(std::string_view component, const kube::Call& call);
  wire::Response create(std::string_view component, const kube::Resource& resource, const json::Value& object);
  /// Merge patches; `subresource` "status" or "".
  wire::Response patch(
      std::string_view component, const StoredObject& object, const json::Value& patch,
      std::string_view subresource = ""
  );
  wire::Response patch_status(std::string_view component, const StoredObject& object, json::Value status);
  /// Deletes in the background, this very object.
  wire::Response remove(std::string_view component, const StoredObject& object);
  /// Adds or removes a finalizer; nothing is sent when that changes nothing.
  void add_finalizer(std::string_view component, const StoredObject& object, std::string_view finalizer);
  void remove_finalizer(std::string_view component, const StoredObject& object, std::string_view finalizer);
  /// Writes a core/v1 Event of type Warning about `object`.
  void warn(std::string_view component, const StoredObject& object, std::string_view reason, std::string_view message);
};

/// Returns where an object is.
kube::Place place_of(const StoredObject& object);
/// Returns the type of an object.
const kube::Resource& resource_of(const StoredObject& object);

bool is_deleting(const StoredObject& object);
bool has_finalizer(const StoredObject& object, std::string_view finalizer);
/// Returns the UID of the object's controller, "" when it has none.
std::string_view controller_uid(const StoredObject& object);
/// Returns an owner reference with controller and blockOwnerDeletion.
json::Object controller_reference(const StoredObject& owner);
/// Returns when it was created, in whole seconds.
WallTime created_at(const StoredObject& object);
/// Returns the condition of that type, or nullptr.
const json::Value* find_condition(const StoredObject& object, std::string_view type);
bool has_condition(const StoredObject& object, std::string_view type);
/// Returns the integer at `pointer`, or `fallback`.
std::int64_t number_at(const json::Value& value, std::string_view pointer, std::int64_t fallback);
bool is_true(const json::Value& value, std::string_view pointer);
/// Returns the conditions with `condition` in the place of that of its type.
json::Array with_condition(const StoredObject& object, json::Object condition);

/// The kinds of other people that the actors read and write.
namespace kinds {
inline constexpr kube::Resource kNode{"", "v1", "Node", "nodes", false};
inline constexpr kube::Resource kPod{"", "v1", "Pod", "pods"};
inline constexpr kube::Resource kEvent{"", "v1", "Event", "events"};
inline constexpr kube::Resource kNamespace{"", "v1", "Namespace", "namespaces", false};
inline constexpr kube::Resource kServiceAccount{"", "v1", "ServiceAccount", "serviceaccounts"};
inline constexpr kube::Resource kClaim{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"};
inline constexpr kube::Resource kVolume{"", "v1", "PersistentVolume", "persistentvolumes", false};
inline constexpr kube::Resource kStorageClass{"storage.k8s.io", "v1", "StorageClass", "storageclasses", false};
inline constexpr kube::Resource kJob{"batch", "v1", "Job", "jobs"};
inline constexpr kube::Resource kCronJob{"batch", "v1", "CronJob", "cronjobs"};
inline constexpr kube::Resource kDeployment{"apps", "v1", "Deployment", "deployments"};
inline constexpr kube::Resource kStatefulSet{"apps", "v1", "StatefulSet", "statefulsets"};
inline constexpr kube::Resource kDaemonSet{"apps", "v1", "DaemonSet", "daemonsets"};
inline constexpr kube::Resource kSnapshot{"snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots"};
inline constexpr kube::Resource kSnapshotContent{
    "snapshot.storage.k8s.io", "v1", "VolumeSnapshotContent", "volumesnapshotcontents", false
};
inline constexpr kube::Resource kSnapshotClass{
    "snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass", "volumesnapshotclasses", false
};
}  // namespace kinds

}  // namespace snapstash::sim
