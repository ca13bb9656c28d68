#pragma once
#include <string>
#include <vector>

#include "api/runtime_settings.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"

/// The pods of CronJobs and Jobs: restricted (Pod Security Standards) by default, shaped by the user's runtimeSettings.
namespace snapstash::pods {

/// What the operator's own flags say about every pod.
struct Defaults {
  std::string image;
  std::string image_pull_policy = "IfNotPresent";
  std::vector<std::string> image_pull_secrets;  ///< Names of Secrets in the pods' namespaces.
  json::Object resources;                       ///< core/v1 ResourceRequirements
  kube::Labels labels, annotations;
};

/// One pod to make.
struct Spec {
  std::string container;               ///< Name of its one container.
  std::vector<std::string> arguments;  ///< Of the image's entry point.
  json::Array environment;             ///< core/v1 EnvVar, before the user's.
  std::string service_account;
  kube::Labels labels, annotations;
};

/// Which of the user's container settings apply: a trigger pod takes resources, env, envFrom and securityContext, a
/// Job's pod takes probes and lifecycle too (Stash's rule).
enum class Kind { kTrigger, kJob };

/// Returns a core/v1 PodTemplateSpec. User's settings win over the defaults key by key; requests are honoured without
/// limits and podLabels are applied (Stash forgets both: its B21). Service meshes are asked to stay out, since a
/// sidecar that does not end keeps a Job from completing.
json::Object pod_template(const Spec& spec, const Defaults& defaults, const api::RuntimeSettings& settings, Kind kind);

}  // namespace snapstash::pods
