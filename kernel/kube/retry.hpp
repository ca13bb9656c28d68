#pragma once
#include <optional>

#include "kernel/base/error.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/time.hpp"
#include "kernel/kube/request.hpp"

namespace snapstash::kube {

struct RetryPolicy {
  int attempts = 6;  ///< In all, the first included.
  Duration first_delay = std::chrono::milliseconds(100);
  Duration longest_delay = std::chrono::seconds(10);
};

/// Decides whether a call that failed is made again, and returns how long to wait before; nothing = the error stands.
/// Pure but for chance. Rules (client-go's with_retry.go, narrowed so that no write is ever doubled):
/// * not processed (kUnavailable, kTooManyRequests): any call, after Retry-After where the server gave one;
/// * outcome unknown: only calls that are `Repeat::kSafe`;
/// * kTooLargeVersion: again after the server's wait; everything else is an answer.
/// `attempt` counts from 1: the attempt that has just failed.
std::optional<Duration> delay_before_retry(
    const RetryPolicy& policy, Repeat repeat, const Error& error, int attempt, Random& random
);

}  // namespace snapstash::kube
