#include "sim/admission/kind_rules.hpp"

#include <algorithm>
#include <iterator>

#include "sim/admission/rule_parts.hpp"
#include "sim/admission/schema.hpp"

namespace snapstash::sim {

namespace rules {

const json::Value& Change::at(std::string_view pointer) const {
  static const json::Value none;
  const json::Value* found = json::find(now, pointer);
  return found == nullptr ? none : *found;
}

const json::Value& Change::old_at(std::string_view pointer) const {
  static const json::Value none;
  const json::Value* found = before == nullptr ? nullptr : json::find(*before, pointer);
  return found == nullptr ? none : *found;
}

void complain(const Complaints& wrong, const std::string& field, const json::Value& value, Causes& causes) {
  for (const std::string& each : wrong) causes.push_back(invalid_value(field, value, each));
}

std::string pointer_of(std::string_view field) {
  std::string pointer = "/";
  for (const char c : field) pointer += c == '.' ? '/' : c;
  return pointer;
}

void check_not_negative(const Change& change, std::string_view field) {
  const json::Value& value = change.at(pointer_of(field));
  if (value.is_number() && value.to_number<double>() < 0) {
    change.add(invalid_value(std::string(field), value, "must be greater than or equal to 0"));
  }
}

void check_immutable(const Change& change, std::string_view field) {
  const std::string pointer = pointer_of(field);
  if (change.before == nullptr || change.at(pointer) == change.old_at(pointer)) return;
  change.add(invalid_value(std::string(field), change.at(pointer), kImmutable));
}

void check_labels(const json::Value& labels, const std::string& field, Causes& causes) {
  const json::Object* object = labels.if_object();
  if (object == nullptr) return;
  for (const auto& label : *object) {
    complain(wrong_with_qualified_name(label.key()), field, json::make_string(label.key()), causes);
    if (!label.value().is_string()) continue;
    complain(wrong_with_label_value(json::as_view(label.value())), field, label.value(), causes);
  }
}

}  // namespace rules

Causes validate_kind(const kube::Resource& resource, const json::Value* before, const json::Value& object) {
  Causes causes;
  const rules::Change change{before, object, causes};
  const std::string_view kind = resource.kind;
  if (kind == "CronJob") rules::check_cron_job(change);
  if (kind == "Job") rules::check_job(change);
  if (kind == "Pod") rules::check_pod(change);
  if (resource.group == "apps") rules::check_workload(resource, change);
  if (kind == "PersistentVolumeClaim") rules::check_claim(change);
  if (kind == "PersistentVolume") rules::check_volume(change);
  if (kind == "StorageClass") rules::check_storage_class(change);
  if (kind == "Role" || kind == "ClusterRole") rules::check_role(resource, change);
  if (kind == "RoleBinding" || kind == "ClusterRoleBinding") rules::check_binding(resource, change);
  if (kind == "Lease") rules::check_lease(change);
  if (kind == "Event") rules::check_event(resource, change);
  return causes;
}

Causes validate_object(
    const kube::Resource& resource, std::string_view subresource, const json::Value* before, const json::Value& object
) {
  Causes causes = validate_metadata(resource, before, object);
  Causes more;
  if (const Schema* schema = find_schema(resource)) {
    more = schema->validate(subresource, before, object);
  } else if (subresource.empty()) {
    more = validate_kind(resource, before, object);
  } else if (subresource == "status" && resource.kind == "Job") {
    rules::check_job_status({before, object, more});
  }
  std::ranges::move(more, std::back_inserter(causes));
  return causes;
}

}  // namespace snapstash::sim
