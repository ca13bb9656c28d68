#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "sim/api_server/api_server.hpp"

namespace snapstash::sim {

/// Counts requests by who made them and what they asked for: "create jobs.batch", "patch backupsessions…/status".
class RequestCounter {
 public:
  using Counts = std::map<std::string, std::size_t>;

  /// Counts what `server` answers from now on. Must outlive the server.
  void attach(ApiServer& server) {
    server.on_request([this](const ApiServer::Exchange& one) { add(one); });
  }

  /// Returns the counts of one user, by "VERB RESOURCE".
  const Counts& of(const std::string& user) const {
    static const Counts none;
    const auto found = users_.find(user);
    return found == users_.end() ? none : found->second;
  }
  /// By user.
  const std::map<std::string, Counts>& all() const { return users_; }
  void reset() { users_.clear(); }

 private:
  void add(const ApiServer::Exchange& one) {
    const ApiRequest& asked = one.asked;
    std::string what = asked.verb + " " + (asked.type == nullptr ? asked.path : asked.type->qualified());
    if (!asked.subresource.empty()) what += "/" + asked.subresource;
    ++users_[one.who.user][what];
  }

  std::map<std::string, Counts> users_;
};

}  // namespace snapstash::sim
