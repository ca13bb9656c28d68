#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/json/codec.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// Objects that are kept in shape: of each, only a fingerprint of what it says is kept in memory. Comparing that with
/// the fingerprint taken after our last apply shows every edit by hand, and an unchanged object costs no request.
namespace snapstash::cluster {

/// Returns a hash of what an object says: labels, annotations, owners and everything but metadata and status.
/// resourceVersion, generation, managedFields and what controllers note in status do not change it.
std::uint64_t fingerprint(const json::Value& object);

struct ServiceAccount {
  static constexpr kube::Resource kResource{"", "v1", "ServiceAccount", "serviceaccounts"};
  kube::ObjectMeta metadata;  ///< Without labels and annotations.
  std::uint64_t content = 0;
};

struct RoleBinding {
  static constexpr kube::Resource kResource{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"};
  kube::ObjectMeta metadata;
  std::uint64_t content = 0;
};

struct CronJob {
  static constexpr kube::Resource kResource{"batch", "v1", "CronJob", "cronjobs"};
  kube::ObjectMeta metadata;
  std::uint64_t content = 0;
  std::optional<WallTime> last_schedule;  ///< status.lastScheduleTime
};

}  // namespace snapstash::cluster

namespace snapstash::json {

template <>
struct Codec<cluster::ServiceAccount> {
  static bool read(const Value& from, cluster::ServiceAccount& to, const Place& place);
};
template <>
struct Codec<cluster::RoleBinding> {
  static bool read(const Value& from, cluster::RoleBinding& to, const Place& place);
};
template <>
struct Codec<cluster::CronJob> {
  static bool read(const Value& from, cluster::CronJob& to, const Place& place);
};

}  // namespace snapstash::json
