#pragma once
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"

namespace snapstash::api {

/// A ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1, Kubernetes 1.30) that refuses targets in another
/// namespace, and its binding: everywhere, deny. A CRD's own rules cannot see metadata.namespace.
struct NamespacePolicy {
  std::string_view name;  ///< Of both.
  json::Value policy, binding;
};

/// Returns one for objects with a target, one for those with members. They judge only objects of the VolumeSnapshotter
/// driver, whoever's CRDs are installed, and let changes pass of objects that are being deleted or that keep their
/// targets.
std::vector<NamespacePolicy> namespace_policies();

}  // namespace snapstash::api
