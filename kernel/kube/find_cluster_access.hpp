#pragma once
#include <string>

#include "kernel/kube/cluster_access.hpp"

namespace snapstash::kube {

/// Finds the cluster to speak to, in controller-runtime's order: the file named by --kubeconfig (`explicit_file`, "" =
/// none), the files of $KUBECONFIG, the pod we run in, $HOME/.kube/config. Whoever names a context, cluster, user or
/// server means a kubeconfig, so then the pod's own cluster is not considered. A proxy that the cluster does not name
/// is taken from the environment. Errors: kNotFound when there is nothing, with what was looked for; kInvalid, naming
/// file, entry and remedy.
Result<ClusterAccess> find_cluster_access(
    Files& files, const Environment& environment, const std::string& explicit_file, const Overrides& overrides
);

}  // namespace snapstash::kube
