#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"

/// How the pods of the CronJob and of the Jobs are shaped. Core types inside are passed through whole.
namespace snapstash::api {

struct LocalObjectReference {
  std::string name;
  friend bool operator==(const LocalObjectReference&, const LocalObjectReference&) = default;
};

struct PodRuntimeSettings {
  kube::Labels pod_labels, pod_annotations, node_selector;
  std::string service_account_name;
  kube::Labels service_account_annotations;
  std::optional<bool> automount_service_account_token;
  std::string node_name;
  json::Object security_context;
  std::vector<LocalObjectReference> image_pull_secrets;
  json::Object affinity;
  std::string scheduler_name;
  json::Array tolerations;
  std::string priority_class_name;
  std::optional<std::int32_t> priority;
  json::Array readiness_gates;
  std::optional<std::string> runtime_class_name;
  std::optional<bool> enable_service_links;
  json::Array topology_spread_constraints;
  friend bool operator==(const PodRuntimeSettings&, const PodRuntimeSettings&) = default;
};

struct NiceSettings {
  std::optional<std::int32_t> adjustment;
  friend bool operator==(const NiceSettings&, const NiceSettings&) = default;
};

struct IoNiceSettings {
  std::optional<std::int32_t> class_, class_data;
  friend bool operator==(const IoNiceSettings&, const IoNiceSettings&) = default;
};

struct ContainerRuntimeSettings {
  json::Object resources, liveness_probe, readiness_probe, lifecycle, security_context;
  std::optional<NiceSettings> nice;
  std::optional<IoNiceSettings> ionice;
  json::Array env_from, env;
  friend bool operator==(const ContainerRuntimeSettings&, const ContainerRuntimeSettings&) = default;
};

struct RuntimeSettings {
  PodRuntimeSettings pod;
  ContainerRuntimeSettings container;
  friend bool operator==(const RuntimeSettings&, const RuntimeSettings&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::LocalObjectReference> {
  using T = api::LocalObjectReference;
  static constexpr std::tuple fields{field("name", &T::name, "Name of the Secret.")};
};

template <>
struct Description<api::PodRuntimeSettings> {
  using T = api::PodRuntimeSettings;
  static constexpr std::string_view kNamedObjects = R"json({
    "type": "array", "items": {"type": "object", "x-kubernetes-preserve-unknown-fields": true,
      "required": ["topologyKey", "whenUnsatisfiable"],
      "properties": {"topologyKey": {"type": "string"}, "whenUnsatisfiable": {"type": "string"}}}})json";
  static constexpr std::tuple fields{
      field("podLabels", &T::pod_labels, "Labels of the pods."),
      field("podAnnotations", &T::pod_annotations, "Annotations of the pods."),
      field("nodeSelector", &T::node_selector, "Labels that the pods' nodes have."),
      field(
          "serviceAccountName", &T::service_account_name,
          "ServiceAccount of the pods. Default: one is created for each CronJob and each kind of Job."
      ),
      field(
          "serviceAccountAnnotations", &T::service_account_annotations,
          "Annotations of the ServiceAccounts that are created."
      ),
      field("automountServiceAccountToken", &T::automount_service_account_token, "Whether the token is mounted."),
      field("nodeName", &T::node_name, "Node of the pods."),
      field("securityContext", &T::security_context, "Security context of the pods (core/v1 PodSecurityContext)."),
      field("imagePullSecrets", &T::image_pull_secrets, "Secrets for pulling images."),
      field("affinity", &T::affinity, "Affinity of the pods (core/v1 Affinity)."),
      field("schedulerName", &T::scheduler_name, "Scheduler of the pods."),
      field("tolerations", &T::tolerations, "Tolerations of the pods (core/v1 Toleration)."),
      field("priorityClassName", &T::priority_class_name, "PriorityClass of the pods."),
      field("priority", &T::priority, "Priority of the pods."),
      field("readinessGates", &T::readiness_gates, "Readiness gates of the pods (core/v1 PodReadinessGate)."),
      field("runtimeClassName", &T::runtime_class_name, "RuntimeClass of the pods."),
      field("enableServiceLinks", &T::enable_service_links, "Whether services are put into the environment."),
      field(
          "topologySpreadConstraints", &T::topology_spread_constraints,
          "How the pods are spread (core/v1 TopologySpreadConstraint)."
      )
          .raw_schema(kNamedObjects)
          .list_map("topologyKey", "whenUnsatisfiable"),
  };
};

template <>
struct Description<api::NiceSettings> {
  using T = api::NiceSettings;
  static constexpr std::tuple fields{field("adjustment", &T::adjustment, "As for nice(1): -20 to 19.")};
};

template <>
struct Description<api::IoNiceSettings> {
  using T = api::IoNiceSettings;
  static constexpr std::tuple fields{
      field("class", &T::class_, "As for ionice(1): 1 real time, 2 best effort, 3 idle."),
      field("classData", &T::class_data, "As for ionice(1): 0 to 7."),
  };
};

template <>
struct Description<api::ContainerRuntimeSettings> {
  using T = api::ContainerRuntimeSettings;
  static constexpr std::tuple fields{
      field("resources", &T::resources, "Resources of the container (core/v1 ResourceRequirements)."),
      field("livenessProbe", &T::liveness_probe, "Liveness probe of the container (core/v1 Probe)."),
      field("readinessProbe", &T::readiness_probe, "Readiness probe of the container (core/v1 Probe)."),
      field("lifecycle", &T::lifecycle, "Lifecycle hooks of the container (core/v1 Lifecycle)."),
      field("securityContext", &T::security_context, "Security context of the container (core/v1 SecurityContext)."),
      field("nice", &T::nice, "Passed to the container as NICE_ADJUSTMENT."),
      field("ionice", &T::ionice, "Passed to the container as IONICE_CLASS and IONICE_CLASS_DATA."),
      field("envFrom", &T::env_from, "Sources of environment variables (core/v1 EnvFromSource)."),
      field("env", &T::env, "Environment variables (core/v1 EnvVar)."),
  };
};

template <>
struct Description<api::RuntimeSettings> {
  using T = api::RuntimeSettings;
  static constexpr std::tuple fields{
      field("pod", &T::pod, "Settings of the pods."),
      field("container", &T::container, "Settings of the container."),
  };
};

extern template struct Codec<api::RuntimeSettings>;

}  // namespace snapstash::json
