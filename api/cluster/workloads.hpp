#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// apps/v1 workloads, as far as they say which claims they mount.
namespace snapstash::api {

struct PodVolumes {
  struct ClaimSource {
    std::string claim_name;
    friend bool operator==(const ClaimSource&, const ClaimSource&) = default;
  };
  struct Volume {
    std::optional<ClaimSource> claim;  ///< Absent for volumes of any other kind.
    friend bool operator==(const Volume&, const Volume&) = default;
  };
  struct Spec {
    std::vector<Volume> volumes;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  Spec spec;
  friend bool operator==(const PodVolumes&, const PodVolumes&) = default;
};

struct Deployment {
  static constexpr kube::Resource kResource{"apps", "v1", "Deployment", "deployments"};
  struct Spec {
    PodVolumes pod;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const Deployment&, const Deployment&) = default;
};

struct DaemonSet {
  static constexpr kube::Resource kResource{"apps", "v1", "DaemonSet", "daemonsets"};
  using Spec = Deployment::Spec;
  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const DaemonSet&, const DaemonSet&) = default;
};

struct StatefulSet {
  static constexpr kube::Resource kResource{"apps", "v1", "StatefulSet", "statefulsets"};
  struct Ordinals {
    std::int32_t start = 0;
    friend bool operator==(const Ordinals&, const Ordinals&) = default;
  };
  struct TemplateName {
    std::string name;
    friend bool operator==(const TemplateName&, const TemplateName&) = default;
  };
  struct Template {
    TemplateName metadata;
    friend bool operator==(const Template&, const Template&) = default;
  };
  struct Spec {
    std::optional<std::int32_t> replicas;
    Ordinals ordinals;
    std::vector<Template> claim_templates;
    PodVolumes pod;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const StatefulSet&, const StatefulSet&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::PodVolumes::ClaimSource> {
  static constexpr std::tuple fields{field("claimName", &api::PodVolumes::ClaimSource::claim_name, "")};
};

template <>
struct Description<api::PodVolumes::Volume> {
  static constexpr std::tuple fields{field("persistentVolumeClaim", &api::PodVolumes::Volume::claim, "")};
};

template <>
struct Description<api::PodVolumes::Spec> {
  static constexpr std::tuple fields{field("volumes", &api::PodVolumes::Spec::volumes, "")};
};

template <>
struct Description<api::PodVolumes> {
  static constexpr std::tuple fields{field("spec", &api::PodVolumes::spec, "")};
};

template <>
struct Description<api::Deployment::Spec> {
  static constexpr std::tuple fields{field("template", &api::Deployment::Spec::pod, "")};
};

template <>
struct Description<api::Deployment> {
  using T = api::Deployment;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("spec", &T::spec, "")};
};

template <>
struct Description<api::DaemonSet> {
  using T = api::DaemonSet;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("spec", &T::spec, "")};
};

template <>
struct Description<api::StatefulSet::Ordinals> {
  static constexpr std::tuple fields{field("start", &api::StatefulSet::Ordinals::start, "")};
};

template <>
struct Description<api::StatefulSet::TemplateName> {
  static constexpr std::tuple fields{field("name", &api::StatefulSet::TemplateName::name, "")};
};

template <>
struct Description<api::StatefulSet::Template> {
  static constexpr std::tuple fields{field("metadata", &api::StatefulSet::Template::metadata, "")};
};

template <>
struct Description<api::StatefulSet::Spec> {
  using T = api::StatefulSet::Spec;
  static constexpr std::tuple fields{
      field("replicas", &T::replicas, ""), field("ordinals", &T::ordinals, ""),
      field("volumeClaimTemplates", &T::claim_templates, ""), field("template", &T::pod, "")
  };
};

template <>
struct Description<api::StatefulSet> {
  using T = api::StatefulSet;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("spec", &T::spec, "")};
};

extern template struct Codec<api::Deployment>;
extern template struct Codec<api::DaemonSet>;
extern template struct Codec<api::StatefulSet>;

}  // namespace snapstash::json
