#include "features/schedule/manifests.hpp"

#include <fmt/format.h>

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
  const std::string beside = naming::snapshotter_account(configuration.metadata.name);
  return {
      kRoleBindings, hooks::binding_manifest(
                         metadata_of(configuration, beside), snapshotter_account(configuration), settings.role_prefix
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
std::vector<std::string> trigger_arguments(const BackupConfiguration& configuration) {
  const auto& retry = configuration.spec.retry_config;
  std::vector<std::string> arguments{
      "create-backupsession",
      "--invoker-name=" + configuration.metadata.name,
      "--invoker-kind=BackupConfiguration",
      "--invoker-uid=" + configuration.metadata.uid,
      "--cronjob=" + naming::trigger(configuration.metadata.name),
      fmt::format("--retry-left={}", retry ? retry->max_retry : 0)
  };
  for (const auto& [key, value] : session_labels(configuration)) {
    arguments.push_back(fmt::format("--label={}={}", key, value));
  }
  return arguments;
}

json::Object trigger_pod(const BackupConfiguration& configuration, const Settings& settings) {
  const pods::Spec spec{
      .container = "stash-trigger",
      .arguments = trigger_arguments(configuration),
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

json::Object job_template(const BackupConfiguration& configuration, const Settings& settings) {
  naming::Labels labels = labels_of(configuration);
  labels["stash.appscode.com/delete-job-on-completion"] = "true";
  return {
      {"metadata", json::Object{{"labels", kube::to_json(labels)}}},
      {"spec",
       json::Object{
           {"backoffLimit", 6},
           {"activeDeadlineSeconds", kTriggerDeadlineSeconds},
           {"podFailurePolicy", jobs::ignore_disruptions()},
           {"template", trigger_pod(configuration, settings)}
       }}
  };
}

Manifest cron_job(const BackupConfiguration& configuration, const Settings& settings) {
  json::Object spec{
      {"schedule", configuration.spec.schedule},
      {"suspend", configuration.spec.paused && !is_mutant("forget-paused")},
      // A trigger pod that could not start is worth nothing once the next slot has come.
      {"concurrencyPolicy", "Replace"},
      // Stash deletes a trigger Job once it has succeeded; so does this, without a request of ours.
      {"successfulJobsHistoryLimit", 0},
      {"jobTemplate", job_template(configuration, settings)}
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
  return jobs::owner_reference({BackupConfiguration::kResource, configuration.metadata});
}

naming::Labels session_labels(const BackupConfiguration& configuration) {
  naming::Labels labels = labels_of(configuration);
  const auto put = [&](std::string_view key, std::string_view value) {
    labels[std::string(key)] = naming::bounded(value);
  };
  put(naming::kInvokerType, "BackupConfiguration");
  put(naming::kInvokerName, configuration.metadata.name);
  if (configuration.spec.target) {
    put(naming::kTargetKind, configuration.spec.target->ref.kind);
    put(naming::kTargetName, configuration.spec.target->ref.name);
    // Stash writes what the user wrote, "" as a rule, and then finds nothing by it (its B19).
    put(naming::kTargetNamespace, configuration.metadata.namespace_);
  }
  return labels;
}

bool has_hooks(const BackupConfiguration& configuration) {
  return configuration.spec.hooks->pre_backup || configuration.spec.hooks->post_backup;
}

std::string snapshotter_account(const BackupConfiguration& configuration) {
  const std::string& named = configuration.spec.runtime_settings->pod.service_account_name;
  return named.empty() ? naming::snapshotter_account(configuration.metadata.name) : named;
}

std::vector<Manifest> manifests(const BackupConfiguration& configuration, const Settings& settings) {
  const std::string trigger = naming::trigger(configuration.metadata.name);
  const std::string snapshotter = naming::snapshotter_account(configuration.metadata.name);
  std::vector<Manifest> all;
  if (configuration.spec.runtime_settings->pod.service_account_name.empty()) {
    all.push_back(account(configuration, snapshotter));
    all.push_back(account(configuration, trigger));
  }
  all.push_back(
      binding(configuration, snapshotter, settings.role_prefix + "-snapshotter", snapshotter_account(configuration))
  );
  all.push_back(binding(configuration, trigger, settings.role_prefix + "-trigger", trigger_account(configuration)));
  if (has_hooks(configuration)) all.push_back(hook_binding(configuration, settings));
  all.push_back(cron_job(configuration, settings));
  return all;
}

}  // namespace snapstash::schedule
