#pragma once
#include <map>
#include <string>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::kube {

/// Whom to act as (`as`, `as-groups`, … of a kubeconfig; --as of kubectl). "" and empty = nobody.
struct Impersonation {
  std::string user, uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
  friend bool operator==(const Impersonation&, const Impersonation&) = default;
};

/// Returns the Impersonate-* headers; keys of `extra` in lower case and percent-encoded (client-go, round_trippers.go).
/// Errors: kInvalid when uid, groups or extra are given without a user, or a value cannot stand in a header.
Result<wire::Headers> impersonation_headers(const Impersonation& whom);

}  // namespace snapstash::kube
