#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <boost/container/flat_map.hpp>

#include "kernel/base/text.hpp"
#include "kernel/base/time.hpp"
#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::kube {

/// Labels or annotations.
using Labels = boost::container::flat_map<Text, Text, std::less<>>;

/// Returns them as the JSON object they are.
json::Object to_json(const Labels& labels);

/// metav1.OwnerReference.
struct OwnerReference {
  Text api_version, kind, name, uid;
  std::optional<bool> controller;
  std::optional<bool> block_owner_deletion;
  friend bool operator==(const OwnerReference&, const OwnerReference&) = default;
};

/// The part of metav1.ObjectMeta that is read. managedFields are dropped while decoding.
struct ObjectMeta {
  Text name, namespace_, uid;
  std::string resource_version;
  std::int64_t generation = 0;
  Labels labels, annotations;
  std::vector<OwnerReference> owner_references;
  std::vector<Text> finalizers;
  std::optional<WallTime> creation_timestamp, deletion_timestamp;
  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

/// Whether one of its owners has that UID.
bool is_owned_by(const ObjectMeta& metadata, std::string_view uid);

}  // namespace snapstash::kube

namespace snapstash::json {

template <>
struct Description<kube::OwnerReference> {
  using T = kube::OwnerReference;
  static constexpr std::tuple fields{
      field("apiVersion", &T::api_version, "API version of the owner.").required(),
      field("kind", &T::kind, "Kind of the owner.").required(),
      field("name", &T::name, "Name of the owner.").required(),
      field("uid", &T::uid, "UID of the owner.").required(),
      field("controller", &T::controller, "Whether the owner is the managing controller."),
      field("blockOwnerDeletion", &T::block_owner_deletion, "Whether foreground deletion of the owner waits for this."),
  };
};

template <>
struct Description<kube::ObjectMeta> {
  using T = kube::ObjectMeta;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name, unique in its namespace."),
      field("namespace", &T::namespace_, "Namespace."),
      field("uid", &T::uid, "Identity in time and space; given by the API server."),
      field("resourceVersion", &T::resource_version, "Version of the object; opaque."),
      field("generation", &T::generation, "Counts changes of the spec."),
      field("labels", &T::labels, "Labels."),
      field("annotations", &T::annotations, "Annotations."),
      field("ownerReferences", &T::owner_references, "Owners; the object goes when all are gone."),
      field("finalizers", &T::finalizers, "What must happen before the object goes."),
      field("creationTimestamp", &T::creation_timestamp, "When it was created."),
      field("deletionTimestamp", &T::deletion_timestamp, "When it was, or will be, deleted."),
  };
};

extern template struct Codec<kube::ObjectMeta>;

}  // namespace snapstash::json
