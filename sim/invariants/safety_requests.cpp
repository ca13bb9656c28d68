#include <fmt/format.h>

#include "sim/invariants/safety.hpp"

namespace snapstash::sim {
namespace {

/// More in one virtual minute is a loop: a thousand times what a session costs is far below it.
constexpr std::uint64_t kMostPerMinute = 400;

std::string told(const ApiServer::Exchange& exchange) {
  return fmt::format("{} {}", exchange.request.method, exchange.request.target);
}

bool is_status_write(const ApiRequest& asked) { return asked.subresource == "status" && asked.verb == "patch"; }

}  // namespace

void Safety::check_request(const Deed& deed) {
  const ApiRequest& asked = deed.exchange.asked;
  if (asked.type == nullptr) return;
  if (asked.verb == "deletecollection") note("S3", told(deed.exchange) + ": deletes whatever is there");
  if (asked.verb != "delete" && asked.verb != "create" && !is_status_write(asked)) return;
  const auto body = json::parse(asked.body);
  if (!body) return note("S3", told(deed.exchange) + ": without a body");
  if (asked.verb == "delete" && json::find_string(*body, "/preconditions/uid").empty()) {
    note("S3", told(deed.exchange) + ": deletes whatever has the name");
  }
  if (asked.verb == "create") {
    if (json::find_string(*body, "/metadata/name").empty()) note("S11", told(deed.exchange) + ": without a name");
    if (json::find(*body, "/metadata/generateName") != nullptr) note("S11", told(deed.exchange) + ": generateName");
  }
  // A stale leader must not be able to undo a result.
  const bool custom = asked.type->resource.group == "stash.appscode.com";
  if (is_status_write(asked) && custom && json::find_string(*body, "/metadata/resourceVersion").empty()) {
    note("S18", told(deed.exchange) + ": a status without the version it was decided from");
  }
}

void Safety::check_pace(const ApiServer::Exchange& exchange) {
  const std::int64_t minute = unix_seconds(world_.wall()) / 60;
  if (minute != minute_) {
    minute_ = minute;
    pace_.clear();
  }
  if (++pace_[exchange.who.user] == kMostPerMinute) {
    note("S12", fmt::format("{} made {} requests in a minute", exchange.who.user, kMostPerMinute));
  }
}

}  // namespace snapstash::sim
