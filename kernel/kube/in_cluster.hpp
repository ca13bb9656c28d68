#pragma once
#include "kernel/kube/environment.hpp"
#include "kernel/kube/kubeconfig.hpp"

namespace snapstash::kube {

/// Returns what a pod knows about its cluster, as a kubeconfig with the one context "in-cluster": the address from
/// KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, token and CA from the service account's files (client-go,
/// rest.InClusterConfig), the namespace from $POD_NAMESPACE or its file. Token and CA are re-read while we run.
/// Errors: kNotFound when this is no pod (one of the variables is not set); kInvalid when it is one whose service
/// account is not mounted.
Result<Kubeconfig> read_in_cluster_config(Files& files, const Environment& environment);

}  // namespace snapstash::kube
