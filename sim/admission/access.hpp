#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"
#include "sim/api_server/identity.hpp"

/// RBAC (rbac.authorization.k8s.io/v1).
namespace snapstash::sim {

/// What somebody wants to do.
struct Attempt {
  std::string_view verb, group, resource, subresource, namespace_, name;
};

/// The roles and bindings there are, and what they allow.
class Access {
 public:
  /// Takes in a Role, ClusterRole, RoleBinding or ClusterRoleBinding as it is now; other kinds do not matter.
  void put(const json::Value& object);
  void remove(std::string_view kind, std::string_view namespace_, std::string_view name);

  bool allows(const Identity& who, const Attempt& attempt) const;

  /// Nobody may give away what they do not have: returns why `who` may not write this role or binding (a 403), or
  /// nothing. A binding needs the verb `bind` on its role, or every permission in it; a role the verb `escalate`, or
  /// every permission in it. Objects of other kinds pass.
  std::optional<Error> escalation(const Identity& who, const json::Value& object) const;

  /// Returns the 403 of an attempt that is not allowed.
  static Error refusal(const Identity& who, const Attempt& attempt);

 private:
  struct Rule {
    std::vector<std::string> groups, resources, names, verbs, urls;
  };
  struct Binding {
    std::string namespace_, role_kind, role_name;
    std::vector<std::string> subjects;  ///< "User:…", "Group:…"
  };
  using Place = std::pair<std::string, std::string>;  ///< namespace ("" = cluster) and name

  static std::vector<Rule> rules_in(const json::Value& role);
  static Binding binding_in(const json::Value& object);
  static std::string describe(const Rule& rule);
  static bool permits(const Rule& rule, const Attempt& attempt);
  const std::vector<Rule>* find_rules(const Binding& binding) const;
  std::vector<const Rule*> rules_of(const Identity& who, std::string_view namespace_) const;
  /// Returns what an object gives away that its writer must have; nothing when they may bind or escalate.
  Result<std::vector<Rule>> granted_by(const Identity& who, const json::Value& object) const;
  /// Returns what of a rule somebody does not have, one resource each.
  std::vector<Rule> not_held(const Identity& who, std::string_view namespace_, const Rule& wanted) const;

  std::map<Place, std::vector<Rule>> roles_;
  std::map<Place, Binding> bindings_;
};

}  // namespace snapstash::sim
