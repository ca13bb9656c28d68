#include "features/cli/explain.hpp"

#include <fmt/format.h>

namespace snapstash::cli {
namespace {

/// The API server does not know the kind: no Status about an object, but a page that does not exist.
bool is_unknown_kind(const Error& error) {
  return error.http_status == 404 && (error.message.find("404 page not found") != std::string::npos ||
                                      error.message.find("could not find the requested resource") != std::string::npos);
}

}  // namespace

std::string explain(const Error& error, const std::string& server) {
  if (is_unknown_kind(error)) {
    return fmt::format(
        "The cluster at {} does not know Snapstash's kinds, or those of VolumeSnapshots. Install Snapstash "
        "(helm install), or choose another cluster with --context.",
        server
    );
  }
  if (error.is(Code::kUnauthorized)) {
    return fmt::format(
        "{}. The cluster at {} does not accept who you are: log in again, or check the user of your kubeconfig's "
        "context.",
        error.message, server
    );
  }
  if (error.is(Code::kForbidden) && error.reason == "Forbidden") {
    return fmt::format(
        "{}. The ClusterRole of Snapstash that ends in -edit (-view for get) allows it; ask whoever runs the cluster.",
        error.message
    );
  }
  const bool silent = error.http_status == 0 && (error.is(Code::kUnavailable) || error.is(Code::kUnknownOutcome));
  if (silent) return fmt::format("{}. Is the cluster at {} running, and reachable from here?", error.message, server);
  return error.message;
}

}  // namespace snapstash::cli
