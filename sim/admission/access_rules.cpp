#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/admission/rule_parts.hpp"

/// After pkg/apis/rbac/validation and pkg/apis/coordination/validation.
namespace snapstash::sim::rules {
namespace {

constexpr std::array<std::string_view, 2> kRoles{"Role", "ClusterRole"};
constexpr std::array<std::string_view, 1> kClusterRoles{"ClusterRole"};
constexpr std::array<std::string_view, 3> kSubjects{"ServiceAccount", "User", "Group"};

void check_subject(const json::Value& subject, const std::string& field, bool namespaced, Causes& causes) {
  const std::string_view kind = json::find_string(subject, "/kind");
  const std::string_view name = json::find_string(subject, "/name");
  if (name.empty()) causes.push_back(required(field + ".name"));
  if (std::ranges::find(kSubjects, kind) == kSubjects.end()) {
    causes.push_back(not_supported(field + ".kind", json::make_string(kind), kSubjects));
    return;
  }
  if (kind != "ServiceAccount") return;
  if (!name.empty()) complain(wrong_with_subdomain(name), field + ".name", json::make_string(name), causes);
  if (!namespaced && json::find_string(subject, "/namespace").empty()) causes.push_back(required(field + ".namespace"));
}

bool is_bare(const json::Value& rule, std::string_view pointer) {
  const json::Array* array = json::find_array(rule, pointer);
  return array == nullptr || array->empty();
}

}  // namespace

void check_role(const kube::Resource& resource, const Change& change) {
  const json::Array* rules = change.at("/rules").if_array();
  for (std::size_t i = 0; rules != nullptr && i < rules->size(); ++i) {
    const json::Value& rule = (*rules)[i];
    const std::string field = fmt::format("rules[{}]", i);
    if (is_bare(rule, "/verbs")) change.add(required(field + ".verbs", "verbs must contain at least one value"));
    if (!is_bare(rule, "/nonResourceURLs")) {
      const json::Value& urls = *json::find(rule, "/nonResourceURLs");
      if (resource.namespaced) {
        change.add(invalid_value(field + ".nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
        );
      }
      continue;
    }
    if (is_bare(rule, "/apiGroups")) {
      change.add(required(field + ".apiGroups", "resource rules must supply at least one api group"));
    }
    if (is_bare(rule, "/resources")) {
      change.add(required(field + ".resources", "resource rules must supply at least one resource"));
    }
  }
}

void check_binding(const kube::Resource& resource, const Change& change) {
  const bool namespaced = resource.kind == "RoleBinding";
  const std::span<const std::string_view> kinds =
      namespaced ? std::span<const std::string_view>(kRoles) : std::span<const std::string_view>(kClusterRoles);
  const std::string_view kind = change.text("/roleRef/kind");
  if (std::ranges::find(kinds, kind) == kinds.end()) {
    change.add(not_supported("roleRef.kind", json::make_string(kind), kinds));
  }
  const std::string_view name = change.text("/roleRef/name");
  if (name.empty()) {
    change.add(required("roleRef.name"));
  } else {
    complain(wrong_with_path_segment(name), "roleRef.name", json::make_string(name), change.causes);
  }
  const json::Array* subjects = change.at("/subjects").if_array();
  for (std::size_t i = 0; subjects != nullptr && i < subjects->size(); ++i) {
    check_subject((*subjects)[i], fmt::format("subjects[{}]", i), namespaced, change.causes);
  }
  if (change.before == nullptr || change.at("/roleRef") == change.old_at("/roleRef")) return;
  const json::Object shown{
      {"APIGroup", json::make_string(change.text("/roleRef/apiGroup"))},
      {"Kind", json::make_string(kind)},
      {"Name", json::make_string(name)}
  };
  change.add(invalid_value("roleRef", shown, "cannot change roleRef"));
}

void check_lease(const Change& change) {
  const json::Value& duration = change.at("/spec/leaseDurationSeconds");
  if (duration.is_number() && duration.to_number<double>() <= 0) {
    change.add(invalid_value("spec.leaseDurationSeconds", duration, "must be greater than 0"));
  }
  check_not_negative(change, "spec.leaseTransitions");
  if (!change.text("/spec/preferredHolder").empty() && change.text("/spec/strategy").empty()) {
    change.add(forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined"));
  }
}

}  // namespace snapstash::sim::rules
