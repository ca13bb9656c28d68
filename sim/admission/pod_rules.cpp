#include <algorithm>

#include <fmt/format.h>

#include "sim/admission/rule_parts.hpp"

/// After pkg/apis/core/validation, as far as something here writes pods, and after apps.
namespace snapstash::sim::rules {
namespace {

using Names = std::vector<std::string_view>;

bool has(const Names& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

/// A name that is required, valid, and not one of `seen`, to which it is added.
void check_own_name(const json::Value& named, const std::string& field, Names& seen, Causes& causes) {
  const std::string_view name = json::find_string(named, "/name");
  const std::string at = field + ".name";
  if (name.empty()) {
    causes.push_back(required(at));
    return;
  }
  complain(wrong_with_label_name(name), at, json::make_string(name), causes);
  if (has(seen, name)) causes.push_back(duplicate(at, json::make_string(name)));
  seen.push_back(name);
}

Names check_volumes(const json::Value& spec, const std::string& field, Causes& causes) {
  Names names;
  const json::Array* volumes = json::find_array(spec, "/volumes");
  for (std::size_t i = 0; volumes != nullptr && i < volumes->size(); ++i) {
    const json::Value& volume = (*volumes)[i];
    const std::string at = fmt::format("{}.volumes[{}]", field, i);
    check_own_name(volume, at, names, causes);
    if (!volume.is_object() || volume.get_object().size() < 2) {
      causes.push_back(required(at, "must specify a volume type"));
    }
    const json::Value* claim = json::find(volume, "/persistentVolumeClaim");
    if (claim != nullptr && json::find_string(*claim, "/claimName").empty()) {
      causes.push_back(required(at + ".persistentVolumeClaim.claimName"));
    }
  }
  return names;
}

void check_environment(const json::Value& container, const std::string& field, Causes& causes) {
  const json::Array* variables = json::find_array(container, "/env");
  for (std::size_t i = 0; variables != nullptr && i < variables->size(); ++i) {
    if (json::find_string((*variables)[i], "/name").empty()) {
      causes.push_back(required(fmt::format("{}.env[{}].name", field, i)));
    }
  }
}

void check_mounts(const json::Value& container, const std::string& field, const Names& volumes, Causes& causes) {
  const json::Array* mounts = json::find_array(container, "/volumeMounts");
  for (std::size_t i = 0; mounts != nullptr && i < mounts->size(); ++i) {
    const std::string at = fmt::format("{}.volumeMounts[{}]", field, i);
    const std::string_view name = json::find_string((*mounts)[i], "/name");
    if (name.empty()) {
      causes.push_back(required(at + ".name"));
    } else if (!has(volumes, name)) {
      causes.push_back(not_found(at + ".name", json::make_string(name)));
    }
    if (json::find_string((*mounts)[i], "/mountPath").empty()) causes.push_back(required(at + ".mountPath"));
  }
}

void check_containers(
    const json::Array& containers, const std::string& field, const Names& volumes, Names& names, Causes& causes
) {
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", field, i);
    check_own_name(containers[i], at, names, causes);
    if (json::find_string(containers[i], "/image").empty()) causes.push_back(required(at + ".image"));
    check_environment(containers[i], at, causes);
    check_mounts(containers[i], at, volumes, causes);
  }
}

// Only what is changed by controllers and kubelets may change: see ValidatePodUpdate.
bool is_mutable(std::string_view field) {
  return field == "nodeName" || field == "activeDeadlineSeconds" || field == "tolerations" ||
         field == "terminationGracePeriodSeconds" || field == "schedulingGates";
}

json::Value without_what_may_change(const json::Value& spec) {
  json::Value copy = json::clone(spec);
  json::Object* object = copy.if_object();
  if (object == nullptr) return copy;
  for (const auto& member : spec.get_object()) {
    if (is_mutable(member.key())) object->erase(member.key());
  }
  for (const std::string_view list : {"containers", "initContainers"}) {
    json::Value* containers = object->if_contains(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (json::Value& each : containers->get_array()) {
      if (each.is_object()) each.get_object().erase("image");
    }
  }
  return copy;
}

}  // namespace

void check_pod_spec(const json::Value& spec, const std::string& field, Causes& causes) {
  const Names volumes = check_volumes(spec, field, causes);
  const json::Array* containers = json::find_array(spec, "/containers");
  const json::Array* first = json::find_array(spec, "/initContainers");
  Names names;
  if (containers == nullptr || containers->empty()) {
    causes.push_back(required(field + ".containers"));
  } else {
    check_containers(*containers, field + ".containers", volumes, names, causes);
  }
  if (first != nullptr) check_containers(*first, field + ".initContainers", volumes, names, causes);
  const std::string_view account = json::find_string(spec, "/serviceAccountName");
  if (!account.empty()) {
    complain(wrong_with_subdomain(account), field + ".serviceAccountName", json::make_string(account), causes);
  }
}

void check_pod_template(const json::Value& pod_template, const std::string& field, Causes& causes) {
  static const json::Value none;
  const json::Value* labels = json::find(pod_template, "/metadata/labels");
  check_labels(labels == nullptr ? none : *labels, field + ".labels", causes);
  const json::Value* spec = json::find(pod_template, "/spec");
  check_pod_spec(spec == nullptr ? none : *spec, field + ".spec", causes);
}

void check_pod(const Change& change) {
  check_pod_spec(change.at("/spec"), "spec", change.causes);
  if (change.before == nullptr) return;
  if (without_what_may_change(change.at("/spec")) == without_what_may_change(change.old_at("/spec"))) return;
  change.add(forbidden(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
      "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
      "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
  ));
}

void check_workload(const kube::Resource& resource, const Change& change) {
  check_not_negative(change, "spec.replicas");
  const json::Object* labels = json::find_object(change.at("/spec"), "/selector/matchLabels");
  const bool selects = labels != nullptr && !labels->empty();
  if (!selects && json::find(change.at("/spec"), "/selector/matchExpressions") == nullptr) {
    change.add(required("spec.selector"));
  }
  const json::Value& pod = change.at("/spec/template");
  for (const auto& label : selects ? *labels : json::Object()) {
    const json::Object* own = json::find_object(pod, "/metadata/labels");
    const json::Value* same = own == nullptr ? nullptr : own->if_contains(label.key());
    if (same != nullptr && *same == label.value()) continue;
    const json::Value shown = own == nullptr ? json::Value() : json::Value(*own);
    change.add(invalid_value("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"));
    break;
  }
  check_pod_template(pod, "spec.template", change.causes);
  check_immutable(change, "spec.selector");
  if (resource.kind != "StatefulSet" || change.before == nullptr) return;
  for (const std::string_view field :
       {"/spec/serviceName", "/spec/podManagementPolicy", "/spec/volumeClaimTemplates"}) {
    if (change.at(field) == change.old_at(field)) continue;
    change.add(forbidden(
        "spec",
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
        "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    ));
    break;
  }
}

}  // namespace snapstash::sim::rules
