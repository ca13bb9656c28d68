#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "features/naming/labels.hpp"
#include "features/pods/pod_template.hpp"
#include "kernel/kube/resource.hpp"

/// The manifests of our Jobs. Pure.
namespace snapstash::jobs {

/// Whom a Job belongs to, and works for.
struct Owner {
  kube::Resource resource;
  const kube::ObjectMeta& metadata;
};

/// Returns the podFailurePolicy of a Job that survives evictions and drains.
json::Object ignore_disruptions();

/// Returns the controller reference to the owner.
json::Object owner_reference(const Owner& owner);

/// What differs from Job to Job.
struct Plan {
  std::string name;
  std::vector<std::string> arguments;  ///< Of our program; `argument` makes those that hold what users wrote.
  std::string service_account;
  naming::Labels labels;  ///< Of the Job and its pods.
  int retries = 3;        ///< Pods that may fail before the Job does. 0: nor is a pod that was evicted replaced.
  /// Between SIGTERM and SIGKILL; 0 = Kubernetes' default.
  std::chrono::seconds grace{};
};

/// Returns the Job, in its owner's namespace. It survives disruptions (podFailurePolicy), unless it may not be
/// repeated.
json::Value manifest(
    const Owner& owner, const Plan& plan, const pods::Defaults& defaults, const api::RuntimeSettings& settings
);

/// Returns JSON without `$`: the kubelet expands $(VAR) and $$ in arguments, and what users wrote may contain anything.
std::string argument(const json::Value& value);

}  // namespace snapstash::jobs
