#pragma once
#include <string_view>

#include "sim/api_server/failure.hpp"
#include "sim/api_server/storage.hpp"

/// The admission plugins that a cluster has by default, as far as they concern what is written here.
namespace snapstash::sim {

/// NamespaceLifecycle: 404 in a namespace that does not exist, 403 (cause NamespaceTerminating) in one that is being
/// deleted. DefaultStorageClass: fills in a claim's storageClassName. ServiceAccount: a pod's account must exist.
Answer<void> admit_creation(const Storage& storage, const ResourceType& type, json::Value& object);

/// ResourceQuota: 403 when one more object would be more than a quota of the namespace allows. Counts of objects only
/// (`count/jobs.batch`, `pods`, …), and what is there is counted, without waiting for the quota controller.
Answer<void> check_quota(const Storage& storage, const ResourceType& type, const json::Value& object);

/// Returns the type whose objects a quota's key counts, nullptr when it counts something else.
const ResourceType* find_counted_type(std::string_view key);

}  // namespace snapstash::sim
