#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "features/cluster/stores.hpp"
#include "kernel/wire/endpoint.hpp"

/// What a Pushgateway is to be told, as Stash tells it: `POST <url>/metrics/job/<job>`, which replaces the metrics of
/// the names that it holds and leaves the group's others (a failure keeps the time of the last success). Different on
/// purpose: the groups of objects that are gone are deleted.
namespace snapstash::metrics {

/// What the gateway has been told of one job.
struct Told {
  std::string owners;
  std::size_t digest = 0;
  friend bool operator==(const Told&, const Told&) = default;
};

/// By job. A value: empty for a program that has just started, whatever the gateway still holds.
using Pushed = std::map<std::string, Told>;

/// One request.
struct PushStep {
  enum class Kind { kPush, kDelete };
  Kind kind = Kind::kPush;
  std::string job;
  Told told;         ///< What the gateway knows afterwards; of a kPush.
  std::string body;  ///< Prometheus' text; of a kPush.
};

/// Returns what is left to do, one step for each job: what has changed is pushed, what is gone (or has been made anew)
/// is deleted. Jobs that are none of ours are left alone. Pure.
std::vector<PushStep> plan_push(const cluster::Stores& stores, const Pushed& pushed);

/// Records that a step has been carried out.
void note(const PushStep& step, Pushed& pushed);

wire::Request request_of(const PushStep& step);

/// Reads the gateway's URL; a path is kept as its prefix. Errors: kInvalid when it is neither http:// nor https://, or
/// has a user, a query or a fragment: an argument is no place for a password, and a push has no query.
Result<wire::Endpoint> parse_pushgateway(std::string_view url);

}  // namespace snapstash::metrics
