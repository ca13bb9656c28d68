#include "features/schedule/manifests.hpp"

#include <fmt/format.h>

#include "features/cluster/batch.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/manifest.hpp"
#include "features/naming/object_names.hpp"
#include "kernel/base/mutant.hpp"

namespace snapstash::schedule {
namespace {

using api::BackupConfiguration;

/// A trigger pod that cannot start must not pile up with those of the slots to come.
constexpr std::int64_t kTriggerDeadlineSeconds = 600;

naming::Labels labels_of(const BackupConfiguration& configuration) {
  return naming::offshoot(configuration.metadata.labels, naming::kBackupComponent);
}

json::Object metadata_of(const BackupConfiguration& configuration, std::string_view name) {
  return {
      {"name", name},
      {"namespace", configuration.metadata.namespace_},
      {"labels", kube::to_json(labels_of(configuration))},
      {"ownerReferences", json::Array{owner_reference(configuration)}}
  };
}

Manifest account(const BackupConfiguration& configuration, std::string_view name) {
  json::Object metadata = metadata_of(configuration, name);
  const auto& annotations = configuration.spec.runtime_settings->pod.service_account_annotations;
  if (!annotations.empty()) metadata["annotations"] = kube::to_json(annotations);
  return {
      kServiceAccounts,
      json::Object{{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", std::move(metadata)}}
  };
}

Manifest binding(
    const BackupConfiguration& configuration, std::string_view name, std::string_view role,
    std::string_view account_name
) {
  return {
      kRoleBindings,
      json::Object{
          {"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "RoleBinding"},
          {"metadata", metadata_of(configuration, name)},
          {"roleRef", json::Object{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", role}}},
          {"subjects",
           json::Array{json::Object{
               {"kind", "ServiceAccount"}, {"name", account_name}, {"namespace", configuration.metadata.namespace_}
           }}}
      }
  };
}

Manifest hook_binding(const BackupConfiguration& configuration, const Settings& settings) {
  return {
      kRoleBindings, hooks::binding_manifest(
                         metadata_of(configuration, own_account(configuration)), snapshotter_account(configuration),
                         settings.role_prefix
                     )
  };
}

json::Object from_label(std::string_view name, std::string_view label) {
  return {
      {"name", name},
      {"valueFrom", json::Object{{"fieldRef", json::Object{{"fieldPath", fmt::format("metadata.labels['{}']", label)}}}}
      }
  };
}

std::string trigger_account(const BackupConfiguration& configuration) {
  const std::string& named = configuration.spec.runtime_settings->pod.service_account_name;
  return named.empty() ? naming::trigger(configuration.metadata.name) : named;
}

/// Everything the trigger pod needs, so that it reads nothing.
std::vector<std::string> trigger_arguments(const BackupConfiguration& configuration, const Members& members) {
  const auto& retry = configuration.spec.retry_config;
  std::vector<std::string> arguments{
      "create-backupsession",
      "--invoker-name=" + configuration.metadata.name,
      fmt::format("--invoker-kind={}", cluster::kind_of(configuration)),
      "--invoker-uid=" + configuration.metadata.uid,
      "--cronjob=" + naming::trigger(configuration.metadata.name),
      fmt::format("--retry-left={}", retry ? retry->max_retry : 0)
  };
  for (const auto& [key, value] : session_labels(configuration, members)) {
    arguments.push_back(fmt::format("--label={}={}", key, value));
  }
  return arguments;
}

json::Object trigger_pod(const BackupConfiguration& configuration, const Members& members, const Settings& settings) {
  const pods::Spec spec{
      .container = "stash-trigger",
      .arguments = trigger_arguments(configuration, members),
      .environment =
          {from_label("JOB_NAME", "batch.kubernetes.io/job-name"),
           from_label("JOB_UID", "batch.kubernetes.io/controller-uid"),
           json::Object{
               {"name", "POD_NAMESPACE"},
               {"valueFrom", json::Object{{"fieldRef", json::Object{{"fieldPath", "metadata.namespace"}}}}}
           }},
      .service_account = trigger_account(configuration),
      .labels = labels_of(configuration),
      .annotations = {}
  };
  return pods::pod_template(spec, settings.pods, *configuration.spec.runtime_settings, pods::Kind::kTrigger);
}

json::Object job_template(const BackupConfiguration& configuration, const Members& members, const Settings& settings) {
  naming::Labels labels = labels_of(configuration);
  labels["stash.appscode.com/delete-job-on-completion"] = "true";
  return {
      {"metadata", json::Object{{"labels", kube::to_json(labels)}}},
      {"spec",
       json::Object{
           {"backoffLimit", 6},
           {"activeDeadlineSeconds", kTriggerDeadlineSeconds},
           {"podFailurePolicy", jobs::ignore_disruptions()},
           {"template", trigger_pod(configuration, members, settings)}
       }}
  };
}

Manifest cron_job(const BackupConfiguration& configuration, const Members& members, const Settings& settings) {
  json::Object spec{
      {"schedule", configuration.spec.schedule},
      {"suspend", configuration.spec.paused && !is_mutant("forget-paused")},
      // A trigger pod that could not start is worth nothing once the next slot has come.
      {"concurrencyPolicy", "Replace"},
      // Stash deletes a trigger Job once it has succeeded; so does this, without a request of ours.
      {"successfulJobsHistoryLimit", 0},
      {"jobTemplate", job_template(configuration, members, settings)}
  };
  const auto& ours = configuration.spec.snapstash;
  if (!ours.time_zone.empty()) spec["timeZone"] = json::make_string(ours.time_zone);
  if (ours.starting_deadline_seconds) spec["startingDeadlineSeconds"] = *ours.starting_deadline_seconds;
  return {
      kCronJobs,
      json::Object{
          {"apiVersion", "batch/v1"},
          {"kind", "CronJob"},
          {"metadata", metadata_of(configuration, naming::trigger(configuration.metadata.name))},
          {"spec", std::move(spec)}
      }
  };
}

}  // namespace

json::Object owner_reference(const BackupConfiguration& configuration) {
  const auto& resource = configuration.batch ? api::BackupBatch::kResource : BackupConfiguration::kResource;
  return jobs::owner_reference({resource, configuration.metadata});
}

naming::Labels session_labels(const BackupConfiguration& configuration, const Members& members) {
  naming::Labels labels = labels_of(configuration);
  const auto put = [&](std::string_view key, std::string_view value) {
    labels[std::string(key)] = naming::bounded(value);
  };
  put(naming::kInvokerType, cluster::kind_of(configuration));
  put(naming::kInvokerName, configuration.metadata.name);
  const auto& target = members.empty() ? configuration.spec.target : members.front()->spec.target;
  if (target) {
    put(naming::kTargetKind, target->ref.kind);
    put(naming::kTargetName, target->ref.name);
    // Stash writes what the user wrote, "" as a rule, and then finds nothing by it (its B19).
    put(naming::kTargetNamespace, configuration.metadata.namespace_);
  }
  return labels;
}

bool has_hooks(const BackupConfiguration& configuration) {
  const bool in_no_pod = configuration.batch && !configuration.batch->member;
  return !in_no_pod && (configuration.spec.hooks->pre_backup || configuration.spec.hooks->post_backup);
}

std::string own_account(const BackupConfiguration& configuration) {
  const auto& batch = configuration.batch;
  // What a batch does itself, its first member's account may do as well.
  return batch ? naming::member_account(configuration.metadata.name, batch->member.value_or(0))
               : naming::snapshotter_account(configuration.metadata.name);
}

std::string snapshotter_account(const BackupConfiguration& configuration) {
  const std::string& named = configuration.spec.runtime_settings->pod.service_account_name;
  return named.empty() ? own_account(configuration) : named;
}

std::vector<Manifest> manifests(
    const BackupConfiguration& configuration, const Settings& settings, const Members& members
) {
  const std::string trigger = naming::trigger(configuration.metadata.name);
  const auto names_account = [](const BackupConfiguration& each) {
    return !each.spec.runtime_settings->pod.service_account_name.empty();
  };
  std::vector<const BackupConfiguration*> snapshotters;
  if (!configuration.batch) snapshotters.push_back(&configuration);
  for (const auto& each : members) snapshotters.push_back(each.get());
  std::vector<Manifest> all;
  for (const BackupConfiguration* each : snapshotters) {
    if (!names_account(*each)) all.push_back(account(*each, own_account(*each)));
  }
  if (!names_account(configuration)) all.push_back(account(configuration, trigger));
  for (const BackupConfiguration* each : snapshotters) {
    all.push_back(binding(*each, own_account(*each), settings.role_prefix + "-snapshotter", snapshotter_account(*each))
    );
  }
  all.push_back(binding(configuration, trigger, settings.role_prefix + "-trigger", trigger_account(configuration)));
  for (const BackupConfiguration* each : snapshotters) {
    if (has_hooks(*each)) all.push_back(hook_binding(*each, settings));
  }
  all.push_back(cron_job(configuration, members, settings));
  return all;
}

}  // namespace snapstash::schedule
