#include "kernel/kube/retry.hpp"

#include <algorithm>

namespace snapstash::kube {
namespace {

bool may_repeat(Repeat repeat, const Error& error) {
  switch (error.code) {
    case Code::kTooManyRequests:
    case Code::kTooLargeVersion: return true;
    // A 503 that names no time to come back may be a proxy's, and then the server may have had the request.
    case Code::kUnavailable: return error.http_status == 0 || error.retry_after || repeat == Repeat::kSafe;
    case Code::kUnknownOutcome:
    case Code::kMalformed: return repeat == Repeat::kSafe;
    default: return false;
  }
}

}  // namespace

std::optional<Duration> delay_before_retry(
    const RetryPolicy& policy, Repeat repeat, const Error& error, int attempt, Random& random
) {
  if (attempt >= policy.attempts || !may_repeat(repeat, error)) return std::nullopt;
  Duration delay = policy.first_delay;
  for (int i = 1; i < attempt && delay < policy.longest_delay; ++i) delay *= 2;
  delay = std::min(delay, policy.longest_delay);
  // Half fixed, half chance: callers that failed together do not come back together.
  delay = delay / 2 + Duration(static_cast<Duration::rep>(random.fraction() * static_cast<double>(delay.count()) / 2));
  if (error.retry_after) delay = std::max<Duration>(delay, *error.retry_after);
  return delay;
}

}  // namespace snapstash::kube
