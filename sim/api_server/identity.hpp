#pragma once
#include <string>
#include <vector>

namespace snapstash::sim {

/// Who makes a request, as authentication found out. `system:masters` may everything; a service account is the user
/// `system:serviceaccount:NAMESPACE:NAME` with the groups of all service accounts and of its namespace's.
struct Identity {
  std::string user;
  std::vector<std::string> groups;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// Returns the cluster's administrator.
inline Identity administrator() { return {"kubernetes-admin", {"system:masters", "system:authenticated"}}; }

/// Returns a service account's identity.
inline Identity service_account(const std::string& namespace_, const std::string& name) {
  return {
      "system:serviceaccount:" + namespace_ + ":" + name,
      {"system:serviceaccounts", "system:serviceaccounts:" + namespace_, "system:authenticated"}
  };
}

}  // namespace snapstash::sim
