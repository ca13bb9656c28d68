#pragma once
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"

namespace snapstash::api {

/// The part of ObjectMeta that a template may set.
struct TemplateMeta {
  std::string name, generate_name, namespace_;
  kube::Labels labels, annotations;
  std::vector<kube::OwnerReference> owner_references;
  friend bool operator==(const TemplateMeta&, const TemplateMeta&) = default;
};

/// A PersistentVolumeClaim to create. `spec` is the core API's, passed through whole.
struct ClaimTemplate {
  std::string api_version, kind;
  TemplateMeta metadata;
  json::Object spec;
  json::Object status;  ///< Accepted because Stash's schema has it; never read.
  friend bool operator==(const ClaimTemplate&, const ClaimTemplate&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::TemplateMeta> {
  using T = api::TemplateMeta;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the claim. `${POD_ORDINAL}` stands for the ordinal, from 0 to replicas - 1.")
          .max_length(512),
      field("generateName", &T::generate_name, "Accepted, not used: a claim needs a name."),
      field("namespace", &T::namespace_, "Accepted if it is that of the RestoreSession, where the claim is created."),
      field("labels", &T::labels, "Labels of the claim."),
      field("annotations", &T::annotations, "Annotations of the claim."),
      field("ownerReferences", &T::owner_references, "Owners of the claim."),
  };
};

template <>
struct Description<api::ClaimTemplate> {
  using T = api::ClaimTemplate;
  // The members of a PersistentVolumeClaimSpec, so that a slip of the pen is refused; members of later versions pass.
  static constexpr std::string_view kSpecSchema = R"json({
    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
    "properties": {
      "accessModes": {"type": "array", "items": {"type": "string"}},
      "dataSource": {"type": "object", "required": ["kind", "name"], "properties": {
        "apiGroup": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"}}},
      "dataSourceRef": {"type": "object", "required": ["kind", "name"], "properties": {
        "apiGroup": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"},
        "namespace": {"type": "string"}}},
      "resources": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {
        "limits": {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": true}},
        "requests": {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": true}}}},
      "selector": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
      "storageClassName": {"type": "string"},
      "volumeAttributesClassName": {"type": "string"},
      "volumeMode": {"type": "string"},
      "volumeName": {"type": "string"}}})json";
  static constexpr std::tuple fields{
      field("apiVersion", &T::api_version, "v1, if anything."),
      field("kind", &T::kind, "PersistentVolumeClaim, if anything."),
      field("metadata", &T::metadata, "Name, labels and annotations of the claim."),
      field("spec", &T::spec, "The claim's spec. dataSource names the VolumeSnapshot that the volume is filled from.")
          .raw_schema(kSpecSchema),
      field("status", &T::status, "Accepted, not used."),
  };
};

extern template struct Codec<api::ClaimTemplate>;

}  // namespace snapstash::json
