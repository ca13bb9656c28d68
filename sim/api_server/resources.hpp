#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"

/// What the API server serves: the built-in kinds that Snapstash, the actors or the tests use, those of
/// external-snapshotter, and our own from `api::all_crds()`.
namespace snapstash::sim {

struct ResourceType {
  std::size_t index = 0;  ///< Of its collection in Storage. Both APIs of events have one.
  kube::Resource resource;
  bool custom = false;      ///< By a CustomResourceDefinition.
  bool has_status = false;  ///< The status is a subresource: the main endpoint does not write it.
  bool counts_generation = false;
  /// A CRD's structural schema (openAPIV3Schema); nullptr for built-in kinds and those of external-snapshotter.
  const json::Value* schema = nullptr;

  /// Returns e.g. "jobs.batch", "pods": how messages call it.
  std::string qualified() const;
  /// Returns e.g. "Job.batch".
  std::string qualified_kind() const;
};

/// Returns all types, in the order of their indices.
std::span<const ResourceType> resource_types();

/// Returns the number of collections.
std::size_t collection_count();

/// Returns nullptr when it is not served.
const ResourceType* find_type(std::string_view group, std::string_view version, std::string_view plural);

/// By apiVersion and kind, as owner references name it. nullptr when it is not served.
const ResourceType* find_type_of_kind(std::string_view api_version, std::string_view kind);

/// REQUIRES: it is served.
const ResourceType& get_type(const kube::Resource& resource);

}  // namespace snapstash::sim
