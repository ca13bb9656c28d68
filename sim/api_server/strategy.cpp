#include "sim/api_server/strategy.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sim/api_server/body.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kBatch = "batch";

bool is_kind(const ResourceType& type, std::string_view group, std::string_view kind) {
  return type.resource.group == group && type.resource.kind == kind;
}

json::Object& member(json::Object& object, const char* key) {
  json::Value& value = object[key];
  if (!value.is_object()) value = json::Object();
  return value.get_object();
}

// What a status is before any controller has looked. Custom kinds have none.
json::Value first_status(const ResourceType& type) {
  const std::string_view kind = type.resource.kind;
  if (kind == "Pod") return json::Object{{"phase", "Pending"}, {"qosClass", "BestEffort"}};
  if (kind == "PersistentVolumeClaim" || kind == "PersistentVolume") return json::Object{{"phase", "Pending"}};
  if (kind == "Namespace") return json::Object{{"phase", "Active"}};
  if (kind == "StatefulSet") return json::Object{{"availableReplicas", 0}, {"replicas", 0}};
  if (kind == "ReplicaSet") return json::Object{{"replicas", 0}};
  if (kind == "Service") return json::Object{{"loadBalancer", json::Object()}};
  if (kind == "DaemonSet") {
    return json::Object{
        {"currentNumberScheduled", 0}, {"desiredNumberScheduled", 0}, {"numberMisscheduled", 0}, {"numberReady", 0}
    };
  }
  return json::Object();
}

// pkg/registry/batch/job/strategy.go: generateSelector.
void give_job_its_selector(json::Object& job) {
  json::Object& spec = member(job, "spec");
  if (const json::Value* manual = json::find_key(spec, "manualSelector");
      manual != nullptr && manual->is_bool() && manual->get_bool()) {
    return;
  }
  const std::string uid(json::find_string(job, "/metadata/uid"));
  const std::string name(json::find_string(job, "/metadata/name"));
  json::Object& labels = member(member(member(spec, "template"), "metadata"), "labels");
  labels["batch.kubernetes.io/controller-uid"] = uid;
  labels["batch.kubernetes.io/job-name"] = name;
  labels["controller-uid"] = uid;
  labels["job-name"] = name;
  member(member(spec, "selector"), "matchLabels")["batch.kubernetes.io/controller-uid"] = uid;
}

void prepare_namespace(json::Object& object) {
  const std::string name(json::find_string(object, "/metadata/name"));
  member(object, "spec")["finalizers"] = json::Array{"kubernetes"};
  member(member(object, "metadata"), "labels")["kubernetes.io/metadata.name"] = name;
}

void add_finalizer(json::Object& object, const char* finalizer) {
  json::Value& finalizers = member(object, "metadata")["finalizers"];
  if (!finalizers.is_array()) finalizers = json::Array();
  json::Array& list = finalizers.get_array();
  if (std::ranges::find(list, json::Value(finalizer)) == list.end()) list.emplace_back(finalizer);
}

void copy_member(const json::Value& from, json::Object& to, const char* key) {
  if (const json::Value* value = json::find_key(from, key)) {
    to[key] = json::clone(*value);
  } else {
    to.erase(key);
  }
}

// Everything that is neither metadata nor status: what the generation counts.
bool same_desire(const json::Value& before, const json::Object& object) {
  const auto counts = [](const json::Object::value_type& member) {
    return member.key() != "metadata" && member.key() != "status";
  };
  const json::Object& was = before.as_object();
  const auto equal_in = [&](const json::Object& other) {
    return [&other, &counts](const json::Object::value_type& member) {
      if (!counts(member)) return true;
      const json::Value* twin = other.if_contains(member.key());
      return twin != nullptr && *twin == member.value();
    };
  };
  return std::ranges::all_of(was, equal_in(object)) && std::ranges::all_of(object, equal_in(was));
}

// The status endpoint changes the status, and of custom kinds nothing else at all.
void keep_all_but_status(const ResourceType& type, const json::Value& before, json::Object& object) {
  const json::Object& was = before.as_object();
  std::vector<std::string> extra;
  for (const auto& member : object) {
    const std::string key(member.key().data(), member.key().size());
    if (key != "metadata" && key != "status" && !was.contains(member.key())) extra.push_back(key);
  }
  for (const std::string& key : extra) object.erase(key);
  for (const auto& member : was) {
    if (member.key() != "metadata" && member.key() != "status") object[member.key()] = json::clone(member.value());
  }
  if (!type.custom) return;
  json::Value managed;
  if (const json::Value* now = json::find(object, "/metadata/managedFields")) managed = *now;
  json::Value version = json::make_string(json::find_string(object, "/metadata/resourceVersion"));
  copy_member(before, object, "metadata");
  json::Object& metadata = object["metadata"].as_object();
  metadata["resourceVersion"] = std::move(version);
  if (!managed.is_null()) metadata["managedFields"] = std::move(managed);
}

}  // namespace

void prepare_for_create(const ResourceType& type, json::Value& value) {
  json::Object& object = value.as_object();
  if (type.has_status) {
    object.erase("status");
    if (!type.custom) object["status"] = first_status(type);
  }
  if (type.counts_generation) {
    metadata_of(value)["generation"] = 1;
  } else {
    metadata_of(value).erase("generation");
  }
  if (is_kind(type, kBatch, "Job")) give_job_its_selector(object);
  if (is_kind(type, "", "Namespace")) prepare_namespace(object);
  // The admission plugin StorageObjectInUseProtection.
  if (is_kind(type, "", "PersistentVolumeClaim")) add_finalizer(object, "kubernetes.io/pvc-protection");
  if (is_kind(type, "", "PersistentVolume")) add_finalizer(object, "kubernetes.io/pv-protection");
}

void prepare_for_update(
    const ResourceType& type, std::string_view subresource, const json::Value& before, json::Value& value
) {
  json::Object& object = value.as_object();
  const json::Value* was = json::find(before, "/metadata/generation");
  if (was != nullptr) {
    metadata_of(value)["generation"] = *was;
  } else {
    metadata_of(value).erase("generation");
  }
  if (subresource == "status") {
    keep_all_but_status(type, before, object);
    return;
  }
  if (type.has_status) copy_member(before, object, "status");
  if (is_kind(type, "", "Namespace") && subresource.empty()) {
    const json::Value* spec = json::find_key(before, "spec");
    if (spec != nullptr) copy_member(*spec, member(object, "spec"), "finalizers");
  }
  if (was != nullptr && type.counts_generation && !same_desire(before, object)) {
    metadata_of(value)["generation"] = was->to_number<std::int64_t>() + 1;
  }
}

void keep_system_metadata(const json::Value& before, json::Value& object) {
  json::Object& metadata = metadata_of(object);
  const json::Value& was = *json::find_key(before, "metadata");
  if (json::find_string(metadata, "/uid").empty()) copy_member(was, metadata, "uid");
  copy_member(was, metadata, "creationTimestamp");
  if (json::find_key(was, "deletionTimestamp") != nullptr) copy_member(was, metadata, "deletionTimestamp");
  if (!metadata.contains("deletionGracePeriodSeconds")) copy_member(was, metadata, "deletionGracePeriodSeconds");
}

bool may_be_created_by_update(const ResourceType& type) {
  static constexpr std::array kKinds{"Lease", "Event", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"};
  return std::ranges::find(kKinds, type.resource.kind) != kKinds.end();
}

bool may_be_updated_unconditionally(const ResourceType& type) { return !type.custom && type.resource.kind != "Lease"; }

bool answers_deletion_with_object(const ResourceType& type) {
  static constexpr std::array kKinds{
      "Pod",       "PersistentVolume", "PersistentVolumeClaim", "ServiceAccount", "ResourceQuota", "StorageClass",
      "Namespace", "Service"
  };
  return !type.custom && std::ranges::find(kKinds, type.resource.kind) != kKinds.end();
}

bool orphans_by_default(const ResourceType& type) { return is_kind(type, kBatch, "Job"); }

}  // namespace snapstash::sim
