#pragma once
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"

namespace snapstash::api {

/// Name of the policy and of its binding.
inline constexpr std::string_view kTargetNamespacePolicy = "target-namespace.stash.appscode.com";

/// Returns the ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1, Kubernetes 1.30) that refuses targets in
/// another namespace: a CRD's own rules cannot see metadata.namespace. It judges only objects of the VolumeSnapshotter
/// driver, whoever's CRDs are installed, and lets changes pass of objects that are being deleted or that keep their
/// target.
json::Value target_namespace_policy();

/// Returns its binding: everywhere, deny.
json::Value target_namespace_policy_binding();

}  // namespace snapstash::api
