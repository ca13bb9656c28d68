#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "sim/admission/kind_rules.hpp"
#include "sim/admission/rule_parts.hpp"

namespace snapstash::sim {
namespace {

using rules::Change;

constexpr std::size_t kAnnotationsLimit = 256UL * 1024;

Complaints wrong_with_name(const kube::Resource& resource, std::string_view name) {
  if (resource.group == "rbac.authorization.k8s.io") return wrong_with_path_segment(name);
  if (resource.kind == "Namespace") return wrong_with_label_name(name);
  return wrong_with_subdomain(name);
}

void check_name(const kube::Resource& resource, const Change& change) {
  const json::Value& name = change.at("/metadata/name");
  if (!name.is_string() || name.get_string().empty()) {
    change.add(required("metadata.name", "name or generateName is required"));
    return;
  }
  rules::complain(wrong_with_name(resource, json::as_view(name)), "metadata.name", name, change.causes);
}

void check_namespace(const kube::Resource& resource, const Change& change) {
  const std::string_view namespace_ = change.text("/metadata/namespace");
  if (!resource.namespaced) {
    if (!namespace_.empty()) change.add(forbidden("metadata.namespace", "not allowed on this type"));
  } else if (namespace_.empty()) {
    change.add(required("metadata.namespace"));
  } else {
    rules::complain(
        wrong_with_label_name(namespace_), "metadata.namespace", change.at("/metadata/namespace"), change.causes
    );
  }
}

void check_annotations(const Change& change) {
  const json::Object* annotations = change.at("/metadata/annotations").if_object();
  if (annotations == nullptr) return;
  std::size_t size = 0;
  for (const auto& each : *annotations) {
    // Case does not matter here.
    std::string key(each.key());
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    rules::complain(
        wrong_with_qualified_name(key), "metadata.annotations", json::make_string(each.key()), change.causes
    );
    size += each.key().size() + (each.value().is_string() ? each.value().get_string().size() : 0);
  }
  if (size > kAnnotationsLimit) change.add(too_long("metadata.annotations", kAnnotationsLimit));
}

void check_owner(const json::Value& owner, const std::string& field, Causes& causes) {
  const std::string_view api_version = json::find_string(owner, "/apiVersion");
  const std::size_t slash = api_version.find('/');
  const std::string_view version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
  if (version.empty()) {
    causes.push_back(invalid_value(field + ".apiVersion", json::make_string(api_version), "version must not be empty"));
  }
  for (const std::string_view key : {"kind", "name", "uid"}) {
    if (!json::find_string(owner, fmt::format("/{}", key)).empty()) continue;
    causes.push_back(invalid_value(fmt::format("{}.{}", field, key), json::Value(""), "must not be empty"));
  }
  if (api_version == "v1" && json::find_string(owner, "/kind") == "Event") {
    causes.push_back(invalid_value(field, owner, "/v1, Kind=Event is disallowed from being an owner"));
  }
}

void check_owners(const Change& change) {
  const std::string field = "metadata.ownerReferences";
  const json::Array* owners = change.at("/metadata/ownerReferences").if_array();
  if (owners == nullptr) return;
  std::string controller;
  for (const json::Value& owner : *owners) {
    check_owner(owner, field, change.causes);
    const json::Value* controls = json::find_key(owner, "controller");
    if (controls == nullptr || !controls->is_bool() || !controls->get_bool()) continue;
    const std::string name = fmt::format("{}/{}", json::find_string(owner, "/kind"), json::find_string(owner, "/name"));
    if (!controller.empty()) {
      change.add(invalid_value(
          field, *owners,
          fmt::format(
              "Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
              controller, name
          )
      ));
    } else {
      controller = name;
    }
  }
}

std::vector<std::string> finalizers_of(const json::Value& list) {
  std::vector<std::string> all;
  if (const json::Array* array = list.if_array()) {
    for (const json::Value& each : *array) {
      if (each.is_string()) all.emplace_back(json::as_view(each));
    }
  }
  return all;
}

void check_finalizers(const Change& change) {
  const std::vector<std::string> all = finalizers_of(change.at("/metadata/finalizers"));
  for (const std::string& each : all) {
    rules::complain(wrong_with_qualified_name(each), "metadata.finalizers", json::make_string(each), change.causes);
  }
  const auto has = [&](std::string_view name) { return std::ranges::find(all, name) != all.end(); };
  if (has("orphan") && has("foregroundDeletion")) {
    change.add(invalid_value(
        "metadata.finalizers", change.at("/metadata/finalizers"),
        "finalizer orphan and foregroundDeletion cannot be both set"
    ));
  }
}

void check_no_new_finalizers(const Change& change) {
  if (change.old_at("/metadata/deletionTimestamp").is_null()) return;
  const std::vector<std::string> old = finalizers_of(change.old_at("/metadata/finalizers"));
  std::vector<std::string> added;
  for (const std::string& each : finalizers_of(change.at("/metadata/finalizers"))) {
    if (std::ranges::find(old, each) == old.end()) added.push_back(each);
  }
  if (added.empty()) return;
  std::ranges::sort(added);
  change.add(forbidden(
      "metadata.finalizers",
      fmt::format(
          "no new finalizers can be added if the object is being deleted, found new finalizers []string{{\"{}\"}}",
          fmt::join(added, "\", \"")
      )
  ));
}

void check_unchanged(const Change& change) {
  check_no_new_finalizers(change);
  if (change.text("/metadata/resourceVersion").empty()) {
    change.add(invalid_value("metadata.resourceVersion", json::Value(""), "must be specified for an update"));
  }
  const json::Value& generation = change.at("/metadata/generation");
  const json::Value& was = change.old_at("/metadata/generation");
  if (was.is_number() && (!generation.is_number() || generation.to_number<double>() < was.to_number<double>())) {
    change.add(invalid_value("metadata.generation", generation, "must not be decremented"));
  }
  for (const std::string_view field :
       {"metadata.name", "metadata.namespace", "metadata.uid", "metadata.creationTimestamp",
        "metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds"}) {
    rules::check_immutable(change, field);
  }
}

}  // namespace

Causes validate_metadata(const kube::Resource& resource, const json::Value* before, const json::Value& object) {
  Causes causes;
  const Change change{before, object, causes};
  if (before == nullptr) {
    check_name(resource, change);
    check_namespace(resource, change);
  } else {
    check_unchanged(change);
  }
  rules::check_labels(change.at("/metadata/labels"), "metadata.labels", causes);
  check_annotations(change);
  check_owners(change);
  if (before == nullptr) check_finalizers(change);
  return causes;
}

}  // namespace snapstash::sim
