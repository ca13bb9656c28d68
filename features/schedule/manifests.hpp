#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "features/naming/labels.hpp"
#include "features/pods/pod_template.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"

/// The objects a BackupConfiguration stands for, as they are applied. Pure.
namespace snapstash::schedule {

/// What the operator's flags say about them.
struct Settings {
  pods::Defaults pods;
  std::string role_prefix = "snapstash";  ///< ClusterRoles <prefix>-trigger, -snapshotter, -restorer, -hook-runner.
};

using Members = std::vector<std::shared_ptr<const api::BackupConfiguration>>;

/// One object to apply, whole.
struct Manifest {
  kube::Resource resource;
  json::Value object;
};

inline constexpr kube::Resource kCronJobs{"batch", "v1", "CronJob", "cronjobs"};
inline constexpr kube::Resource kServiceAccounts{"", "v1", "ServiceAccount", "serviceaccounts"};
inline constexpr kube::Resource kRoleBindings{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"};

/// Returns, in the order they are needed: the snapshotter's and the trigger's accounts (unless the user names one),
/// their role bindings, with hooks the one that lets Jobs run them, and the CronJob. All are owned by the
/// configuration. For a batch, `members` are its members, each with a snapshotter's account of its own.
std::vector<Manifest> manifests(
    const api::BackupConfiguration& configuration, const Settings& settings, const Members& members = {}
);

/// The labels a session of this configuration gets (Stash's, plus ours). Those of the target are a batch's first
/// member's.
naming::Labels session_labels(const api::BackupConfiguration& configuration, const Members& members = {});

/// Whether it has a hook that runs in pods; a batch's own never do.
bool has_hooks(const api::BackupConfiguration& configuration);

/// The name of the snapshotter's own account, and of its role bindings.
std::string own_account(const api::BackupConfiguration& configuration);

/// The account that a configuration's snapshotter Jobs run as: its own, or the one that the user names.
std::string snapshotter_account(const api::BackupConfiguration& configuration);

/// The controller reference of what a configuration owns.
json::Object owner_reference(const api::BackupConfiguration& configuration);

}  // namespace snapstash::schedule
