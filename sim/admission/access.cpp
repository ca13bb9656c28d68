#include "sim/admission/access.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/admission/field_error.hpp"

namespace snapstash::sim {
namespace {

std::vector<std::string> strings_at(const json::Value& object, std::string_view pointer) {
  std::vector<std::string> all;
  if (const json::Array* array = json::find_array(object, pointer)) {
    for (const json::Value& each : *array) {
      if (each.is_string()) all.emplace_back(json::as_view(each));
    }
  }
  return all;
}

bool has(const std::vector<std::string>& all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

bool has_or_all(const std::vector<std::string>& all, std::string_view one) { return has(all, "*") || has(all, one); }

bool matches_resource(const std::vector<std::string>& resources, std::string_view resource, std::string_view sub) {
  if (has(resources, "*")) return true;
  if (sub.empty()) return has(resources, resource);
  return has(resources, fmt::format("{}/{}", resource, sub)) || has(resources, fmt::format("*/{}", sub));
}

std::string subject_of(const json::Value& subject, std::string_view namespace_) {
  const std::string_view kind = json::find_string(subject, "/kind");
  const std::string_view name = json::find_string(subject, "/name");
  if (kind != "ServiceAccount") return fmt::format("{}:{}", kind, name);
  const std::string_view own = json::find_string(subject, "/namespace");
  return fmt::format("User:system:serviceaccount:{}:{}", own.empty() ? namespace_ : own, name);
}

bool is_role(std::string_view kind) { return kind == "Role" || kind == "ClusterRole"; }
bool is_binding(std::string_view kind) { return kind == "RoleBinding" || kind == "ClusterRoleBinding"; }

std::string go_list(std::string_view name, const std::vector<std::string>& all) {
  return all.empty() ? "" : fmt::format("{}:[\"{}\"]", name, fmt::join(all, "\" \""));
}

std::string plural_of(std::string_view kind) {
  std::string plural(kind);
  std::ranges::transform(plural, plural.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return plural + "s";
}

}  // namespace

std::vector<Access::Rule> Access::rules_in(const json::Value& role) {
  std::vector<Rule> rules;
  const json::Array* array = json::find_array(role, "/rules");
  if (array == nullptr) return rules;
  for (const json::Value& rule : *array) {
    rules.push_back({
        .groups = strings_at(rule, "/apiGroups"),
        .resources = strings_at(rule, "/resources"),
        .names = strings_at(rule, "/resourceNames"),
        .verbs = strings_at(rule, "/verbs"),
        .urls = strings_at(rule, "/nonResourceURLs"),
    });
  }
  return rules;
}

Access::Binding Access::binding_in(const json::Value& object) {
  Binding binding{
      .namespace_ = std::string(json::find_string(object, "/metadata/namespace")),
      .role_kind = std::string(json::find_string(object, "/roleRef/kind")),
      .role_name = std::string(json::find_string(object, "/roleRef/name")),
      .subjects = {}
  };
  if (const json::Array* subjects = json::find_array(object, "/subjects")) {
    for (const json::Value& subject : *subjects) {
      binding.subjects.push_back(subject_of(subject, binding.namespace_));
    }
  }
  return binding;
}

void Access::put(const json::Value& object) {
  const std::string_view kind = json::find_string(object, "/kind");
  const Place place(json::find_string(object, "/metadata/namespace"), json::find_string(object, "/metadata/name"));
  if (is_role(kind)) roles_[place] = rules_in(object);
  if (is_binding(kind)) bindings_[place] = binding_in(object);
}

void Access::remove(std::string_view kind, std::string_view namespace_, std::string_view name) {
  const Place place(namespace_, name);
  if (is_role(kind)) roles_.erase(place);
  if (is_binding(kind)) bindings_.erase(place);
}

bool Access::permits(const Rule& rule, const Attempt& attempt) {
  return has_or_all(rule.verbs, attempt.verb) && has_or_all(rule.groups, attempt.group) &&
         matches_resource(rule.resources, attempt.resource, attempt.subresource) &&
         (rule.names.empty() || has(rule.names, attempt.name));
}

const std::vector<Access::Rule>* Access::find_rules(const Binding& binding) const {
  const bool cluster = binding.role_kind == "ClusterRole";
  const auto role = roles_.find(Place(cluster ? "" : binding.namespace_, binding.role_name));
  return role == roles_.end() ? nullptr : &role->second;
}

std::vector<const Access::Rule*> Access::rules_of(const Identity& who, std::string_view namespace_) const {
  std::vector<const Rule*> rules;
  const auto is_subject = [&](const std::string& subject) {
    if (subject.starts_with("User:")) return subject.compare(5, std::string::npos, who.user) == 0;
    return subject.starts_with("Group:") && has(who.groups, std::string_view(subject).substr(6));
  };
  for (const auto& [place, binding] : bindings_) {
    if (!binding.namespace_.empty() && binding.namespace_ != namespace_) continue;
    if (std::ranges::none_of(binding.subjects, is_subject)) continue;
    if (const std::vector<Rule>* bound = find_rules(binding)) {
      for (const Rule& rule : *bound) rules.push_back(&rule);
    }
  }
  return rules;
}

bool Access::allows(const Identity& who, const Attempt& attempt) const {
  if (has(who.groups, "system:masters")) return true;
  return std::ranges::any_of(rules_of(who, attempt.namespace_), [&](const Rule* rule) {
    return permits(*rule, attempt);
  });
}

std::vector<Access::Rule> Access::not_held(const Identity& who, std::string_view namespace_, const Rule& wanted) const {
  const std::vector<const Rule*> own = rules_of(who, namespace_);
  const auto held = [&](const Attempt& attempt) {
    return std::ranges::any_of(own, [&](const Rule* rule) { return permits(*rule, attempt); });
  };
  std::vector<Rule> missing;
  const auto names = wanted.names.empty() ? std::vector<std::string>{""} : wanted.names;
  for (const std::string& group : wanted.groups) {
    for (const std::string& resource : wanted.resources) {
      const std::size_t slash = resource.find('/');
      const std::string plural = resource.substr(0, slash);
      const std::string sub = slash == std::string::npos ? "" : resource.substr(slash + 1);
      for (const std::string& name : names) {
        Rule rule{.groups = {group}, .resources = {resource}, .names = {}, .verbs = {}, .urls = {}};
        if (!name.empty()) rule.names = {name};
        for (const std::string& verb : wanted.verbs) {
          if (!held({verb, group, plural, sub, namespace_, name})) rule.verbs.push_back(verb);
        }
        if (!rule.verbs.empty()) missing.push_back(std::move(rule));
      }
    }
  }
  return missing;
}

Result<std::vector<Access::Rule>> Access::granted_by(const Identity& who, const json::Value& object) const {
  constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
  const std::string_view kind = json::find_string(object, "/kind");
  const std::string_view namespace_ = json::find_string(object, "/metadata/namespace");
  if (is_role(kind)) {
    const std::string plural = plural_of(kind);
    const std::string_view name = json::find_string(object, "/metadata/name");
    if (allows(who, {"escalate", kGroup, plural, "", namespace_, name})) return std::vector<Rule>();
    return rules_in(object);
  }
  const Binding binding = binding_in(object);
  const std::string roles = plural_of(binding.role_kind);
  if (allows(who, {"bind", kGroup, roles, "", namespace_, binding.role_name})) return std::vector<Rule>();
  if (const std::vector<Rule>* rules = find_rules(binding)) return *rules;
  return fail(status_error(404, "NotFound", fmt::format("{}.{} \"{}\" not found", roles, kGroup, binding.role_name)));
}

std::optional<Error> Access::escalation(const Identity& who, const json::Value& object) const {
  const std::string_view kind = json::find_string(object, "/kind");
  if (has(who.groups, "system:masters") || (!is_role(kind) && !is_binding(kind))) return std::nullopt;
  const auto granted = granted_by(who, object);
  if (!granted) return granted.error();
  std::vector<std::string> missing;
  for (const Rule& rule : *granted) {
    for (const Rule& each : not_held(who, json::find_string(object, "/metadata/namespace"), rule)) {
      missing.push_back(describe(each));
    }
  }
  if (missing.empty()) return std::nullopt;
  std::ranges::sort(missing);
  return status_error(
      403, "Forbidden",
      fmt::format(
          "{}.rbac.authorization.k8s.io \"{}\" is forbidden: user \"{}\" (groups=[\"{}\"]) is attempting to grant RBAC "
          "permissions not currently held:\n{}",
          plural_of(kind), json::find_string(object, "/metadata/name"), who.user, fmt::join(who.groups, "\" \""),
          fmt::join(missing, "\n")
      )
  );
}

std::string Access::describe(const Rule& rule) {
  std::vector<std::string> parts;
  for (const auto& [name, all] :
       {std::pair("APIGroups", rule.groups),
        {"Resources", rule.resources},
        {"ResourceNames", rule.names},
        {"NonResourceURLs", rule.urls},
        {"Verbs", rule.verbs}}) {
    if (!all.empty()) parts.push_back(go_list(name, all));
  }
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

Error Access::refusal(const Identity& who, const Attempt& attempt) {
  std::string resource(attempt.resource);
  if (!attempt.subresource.empty()) resource.append("/").append(attempt.subresource);
  std::string subject(attempt.resource);
  if (!attempt.group.empty()) subject.append(".").append(attempt.group);
  const std::string name = attempt.name.empty() ? "" : fmt::format(" \"{}\"", attempt.name);
  const std::string scope =
      attempt.namespace_.empty() ? "at the cluster scope" : fmt::format("in the namespace \"{}\"", attempt.namespace_);
  return status_error(
      403, "Forbidden",
      fmt::format(
          "{}{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", subject, name, who.user,
          attempt.verb, resource, attempt.group, scope
      )
  );
}

}  // namespace snapstash::sim
