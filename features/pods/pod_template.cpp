#include "features/pods/pod_template.hpp"

#include <fmt/format.h>

namespace snapstash::pods {
namespace {

using Strings = kube::Labels;

/// `over` wins.
Strings merged(Strings under, const Strings& over) {
  for (const auto& [key, value] : over) under[key] = value;
  return under;
}

json::Object merged(json::Object under, const json::Object& over) {
  for (const auto& item : over) under[item.key()] = item.value();
  return under;
}

const Strings& no_mesh_labels() {
  static const Strings labels{{"sidecar.istio.io/inject", "false"}, {"kuma.io/sidecar-injection", "disabled"}};
  return labels;
}

const Strings& no_mesh_annotations() {
  static const Strings annotations{{"linkerd.io/inject", "disabled"}, {"consul.hashicorp.com/connect-inject", "false"}};
  return annotations;
}

json::Object pod_security() {
  return {
      {"runAsNonRoot", true},
      {"runAsUser", 65534},
      {"runAsGroup", 65534},
      {"seccompProfile", json::Object{{"type", "RuntimeDefault"}}}
  };
}

json::Object container_security() {
  return {
      {"allowPrivilegeEscalation", false},
      {"readOnlyRootFilesystem", true},
      {"capabilities", json::Object{{"drop", json::Array{"ALL"}}}}
  };
}

void add_number(json::Array& environment, std::string_view name, const std::optional<std::int32_t>& value) {
  if (value) environment.push_back(json::Object{{"name", name}, {"value", fmt::format("{}", *value)}});
}

json::Array environment_of(const Spec& spec, const api::ContainerRuntimeSettings& settings) {
  json::Array environment = spec.environment;
  if (settings.nice) add_number(environment, "NICE_ADJUSTMENT", settings.nice->adjustment);
  if (settings.ionice) {
    add_number(environment, "IONICE_CLASS", settings.ionice->class_);
    add_number(environment, "IONICE_CLASS_DATA", settings.ionice->class_data);
  }
  for (const json::Value& each : settings.env) environment.push_back(each);
  return environment;
}

template <class T>
void put(json::Object& object, std::string_view key, const T& value) {
  if (!value.empty()) object[key] = value;
}

json::Object container_of(
    const Spec& spec, const Defaults& defaults, const api::ContainerRuntimeSettings& settings, Kind kind
) {
  json::Array arguments;
  for (const std::string& each : spec.arguments) arguments.emplace_back(each);
  json::Object container{
      {"name", spec.container},
      {"image", defaults.image},
      {"imagePullPolicy", defaults.image_pull_policy},
      {"args", std::move(arguments)},
      {"securityContext", merged(container_security(), settings.security_context)}
  };
  put(container, "resources", settings.resources.empty() ? defaults.resources : settings.resources);
  put(container, "env", environment_of(spec, settings));
  put(container, "envFrom", settings.env_from);
  if (kind == Kind::kJob) {
    put(container, "livenessProbe", settings.liveness_probe);
    put(container, "readinessProbe", settings.readiness_probe);
    put(container, "lifecycle", settings.lifecycle);
  }
  return container;
}

json::Array pull_secrets_of(const Defaults& defaults, const api::PodRuntimeSettings& settings) {
  json::Array secrets;
  for (const std::string& name : defaults.image_pull_secrets) secrets.push_back(json::Object{{"name", name}});
  for (const auto& secret : settings.image_pull_secrets) secrets.push_back(json::Object{{"name", secret.name}});
  return secrets;
}

json::Object pod_spec_of(const Spec& spec, const Defaults& defaults, const api::PodRuntimeSettings& settings) {
  json::Object pod{
      {"restartPolicy", "Never"},
      {"serviceAccountName", spec.service_account},
      {"enableServiceLinks", settings.enable_service_links.value_or(false)},
      {"securityContext", merged(pod_security(), settings.security_context)}
  };
  put(pod, "imagePullSecrets", pull_secrets_of(defaults, settings));
  put(pod, "nodeSelector", kube::to_json(settings.node_selector));
  put(pod, "nodeName", settings.node_name);
  put(pod, "affinity", settings.affinity);
  put(pod, "schedulerName", settings.scheduler_name);
  put(pod, "tolerations", settings.tolerations);
  put(pod, "priorityClassName", settings.priority_class_name);
  put(pod, "readinessGates", settings.readiness_gates);
  put(pod, "topologySpreadConstraints", settings.topology_spread_constraints);
  if (settings.priority) pod["priority"] = *settings.priority;
  if (settings.runtime_class_name) pod["runtimeClassName"] = *settings.runtime_class_name;
  if (settings.automount_service_account_token) {
    pod["automountServiceAccountToken"] = *settings.automount_service_account_token;
  }
  return pod;
}

}  // namespace

json::Object pod_template(const Spec& spec, const Defaults& defaults, const api::RuntimeSettings& settings, Kind kind) {
  json::Object pod = pod_spec_of(spec, defaults, settings.pod);
  pod["containers"] = json::Array{container_of(spec, defaults, settings.container, kind)};
  // What we look our pods up by must not be overwritten, so it comes last.
  const Strings labels =
      merged(merged(merged(no_mesh_labels(), defaults.labels), settings.pod.pod_labels), spec.labels);
  const Strings annotations = merged(
      merged(merged(no_mesh_annotations(), defaults.annotations), settings.pod.pod_annotations), spec.annotations
  );
  return {
      {"metadata", json::Object{{"labels", kube::to_json(labels)}, {"annotations", kube::to_json(annotations)}}},
      {"spec", std::move(pod)}
  };
}

}  // namespace snapstash::pods
