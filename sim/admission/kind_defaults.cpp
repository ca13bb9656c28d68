#include <string_view>

#include "sim/admission/canonical.hpp"
#include "sim/admission/field_type.hpp"
#include "sim/admission/kind_rules.hpp"
#include "sim/admission/pod_defaults.hpp"
#include "sim/admission/schema.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";

void set_pattern_defaults(json::Value& rule) {
  json::Array* patterns = rule.is_object() ? find_array_at(rule.get_object(), "onPodConditions") : nullptr;
  if (patterns == nullptr) return;
  for (json::Value& pattern : *patterns) {
    if (pattern.is_object()) put_default(pattern.get_object(), "status", "True");
  }
}

void set_job_spec_defaults(json::Object& spec, bool is_job) {
  set_template_defaults(object_at(spec, "template"));
  if (json::Object* policy = find_object_at(spec, "podFailurePolicy")) {
    json::Array* rules = find_array_at(*policy, "rules");
    for (std::size_t i = 0; rules != nullptr && i < rules->size(); ++i) set_pattern_defaults((*rules)[i]);
  }
  if (!is_job) return;
  if (!spec.contains("completions") && !spec.contains("parallelism")) {
    spec["completions"] = 1;
    spec["parallelism"] = 1;
  }
  put_default(spec, "parallelism", 1);
  put_default(spec, "backoffLimit", 6);
  put_default(spec, "completionMode", "NonIndexed");
  put_default(spec, "suspend", false);
  put_default(spec, "manualSelector", false);
  put_default(spec, "podReplacementPolicy", spec.contains("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
}

void set_cron_job_defaults(json::Object& object) {
  json::Object& spec = object_at(object, "spec");
  put_default(spec, "concurrencyPolicy", "Allow");
  put_default(spec, "suspend", false);
  put_default(spec, "successfulJobsHistoryLimit", 3);
  put_default(spec, "failedJobsHistoryLimit", 1);
  json::Object& job = object_at(spec, "jobTemplate");
  object_at(job, "metadata");
  set_job_spec_defaults(object_at(job, "spec"), false);
  object_at(object, "status");
}

void set_claim_spec_defaults(json::Object& spec) {
  put_default(spec, "volumeMode", "Filesystem");
  object_at(spec, "resources");
}

bool is_claim_or_snapshot(const json::Object& source) {
  const std::string_view kind = json::find_string(source, "/kind");
  const std::string_view group = json::find_string(source, "/apiGroup");
  return (kind == "PersistentVolumeClaim" && group.empty()) ||
         (kind == "VolumeSnapshot" && group == "snapshot.storage.k8s.io");
}

// The strategy's EnforceDataSourceBackwardsCompatibility and NormalizeDataSources; a reference into another namespace
// has no twin.
void mirror_data_source(json::Object& spec) {
  const json::Object* old = find_object_at(spec, "dataSource");
  if (old != nullptr && !spec.contains("dataSourceRef") && !is_claim_or_snapshot(*old)) spec.erase("dataSource");
  if (const json::Object* source = find_object_at(spec, "dataSource")) {
    put_default(spec, "dataSourceRef", json::Object(*source));
  } else if (const json::Object* reference = find_object_at(spec, "dataSourceRef")) {
    if (!reference->contains("namespace")) put_default(spec, "dataSource", json::Object(*reference));
  }
}

void set_workload_defaults(std::string_view kind, json::Object& object) {
  json::Object& spec = object_at(object, "spec");
  set_template_defaults(object_at(spec, "template"));
  if (kind != "DaemonSet") put_default(spec, "replicas", 1);
  if (kind != "ReplicaSet") put_default(spec, "revisionHistoryLimit", 10);
  if (kind == "Deployment") {
    put_default(spec, "progressDeadlineSeconds", 600);
    json::Object& strategy = object_at(spec, "strategy");
    put_default(strategy, "type", "RollingUpdate");
    if (strategy.at("type") == "RollingUpdate") {
      json::Object& rolling = object_at(strategy, "rollingUpdate");
      put_default(rolling, "maxUnavailable", "25%");
      put_default(rolling, "maxSurge", "25%");
    }
  }
  if (kind == "StatefulSet") {
    put_default(spec, "podManagementPolicy", "OrderedReady");
    json::Object& strategy = object_at(spec, "updateStrategy");
    put_default(strategy, "type", "RollingUpdate");
    if (strategy.at("type") == "RollingUpdate") put_default(object_at(strategy, "rollingUpdate"), "partition", 0);
    json::Object& retention = object_at(spec, "persistentVolumeClaimRetentionPolicy");
    put_default(retention, "whenDeleted", "Retain");
    put_default(retention, "whenScaled", "Retain");
  }
}

void set_claim_template_defaults(json::Object& spec) {
  json::Array* templates = find_array_at(spec, "volumeClaimTemplates");
  if (templates == nullptr) return;
  for (json::Value& each : *templates) {
    if (!each.is_object()) continue;
    put_default(each.get_object(), "apiVersion", "v1");
    put_default(each.get_object(), "kind", "PersistentVolumeClaim");
    set_claim_spec_defaults(object_at(each.get_object(), "spec"));
    put_default(object_at(each.get_object(), "status"), "phase", "Pending");
  }
}

void set_binding_defaults(json::Object& object) {
  if (json::Object* role = find_object_at(object, "roleRef")) put_default(*role, "apiGroup", json::make_string(kRbac));
  json::Array* subjects = find_array_at(object, "subjects");
  if (subjects == nullptr) return;
  for (json::Value& subject : *subjects) {
    const std::string_view kind = json::find_string(subject, "/kind");
    if (kind == "User" || kind == "Group") {
      put_default(subject.get_object(), "apiGroup", json::make_string(kRbac));
    } else if (json::find_string(subject, "/apiGroup").empty() && subject.is_object()) {
      subject.get_object().erase("apiGroup");
    }
  }
}

void set_volume_defaults(json::Object& object) {
  json::Object& spec = object_at(object, "spec");
  put_default(spec, "persistentVolumeReclaimPolicy", "Retain");
  put_default(spec, "volumeMode", "Filesystem");
}

void set_built_in_defaults(const kube::Resource& resource, json::Object& object) {
  const std::string_view kind = resource.kind;
  if (kind == "CronJob") {
    set_cron_job_defaults(object);
  } else if (kind == "Job") {
    set_job_spec_defaults(object_at(object, "spec"), true);
    object_at(object, "status");
  } else if (kind == "Pod") {
    json::Object& spec = object_at(object, "spec");
    set_pod_defaults(spec);
    put_default(spec, "enableServiceLinks", true);
  } else if (kind == "PersistentVolumeClaim") {
    set_claim_spec_defaults(object_at(object, "spec"));
    mirror_data_source(object_at(object, "spec"));
    put_default(object_at(object, "status"), "phase", "Pending");
  } else if (kind == "PersistentVolume") {
    set_volume_defaults(object);
  } else if (kind == "StorageClass") {
    put_default(object, "reclaimPolicy", "Delete");
    put_default(object, "volumeBindingMode", "Immediate");
  } else if (kind == "RoleBinding" || kind == "ClusterRoleBinding") {
    set_binding_defaults(object);
  } else if (resource.group == "apps") {
    set_workload_defaults(kind, object);
    set_claim_template_defaults(object_at(object, "spec"));
  }
}

}  // namespace

void set_defaults(const kube::Resource& resource, json::Value& object) {
  if (!object.is_object()) return;
  if (const Schema* schema = find_schema(resource)) {
    schema->set_defaults(object);
    // Only its metadata passes through a Go struct.
    json::Value* metadata = object.get_object().if_contains("metadata");
    const FieldType* type = field_type(resource).find("metadata");
    if (metadata != nullptr && type != nullptr) encode_as_go_does(*type, *metadata);
  } else if (is_built_in(resource)) {
    encode_as_go_does(field_type(resource), object);
    add_plain_structs(field_type(resource), object);
    set_built_in_defaults(resource, object.get_object());
  }
  sort_members(object);
}

}  // namespace snapstash::sim
