#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "kernel/base/random.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::runtime {

/// How long to wait after the n-th failure in a row. The defaults are those of client-go's reflector (and kube-rs).
struct BackoffSettings {
  Duration first = std::chrono::milliseconds(800);
  Duration cap = std::chrono::seconds(30);
  double jitter = 1.0;  ///< Up to this share of the delay is added: 30 s become 30 to 60 s.
  Duration reset_after = std::chrono::minutes(2);
};

/// Exponential back-off (factor 2) of one thing that fails as a whole. A value: chance comes in from outside, so that a
/// state machine may hold one.
class Backoff {
 public:
  explicit Backoff(BackoffSettings settings = {}) : settings_(settings) {}

  /// Records a failure; returns how long to wait, without jitter. Starts from the beginning again when nothing has
  /// failed for `reset_after` since the last wait was over.
  Duration next(MonoTime now) {
    if (failures_ > 0 && now >= healthy_at_) failures_ = 0;
    const Duration delay = doubled(settings_.first, settings_.cap, failures_);
    ++failures_;
    const auto longest = std::chrono::duration_cast<Duration>(delay * (1.0 + settings_.jitter));
    healthy_at_ = now + std::chrono::duration_cast<MonoTime::duration>(longest + settings_.reset_after);
    return delay;
  }

  /// Returns `delay` plus a random part of it.
  Duration jittered(Duration delay, Random& random) const {
    return delay + std::chrono::duration_cast<Duration>(delay * (settings_.jitter * random.fraction()));
  }

  /// Returns how many failures in a row have been recorded; they are forgotten at the first failure after good health.
  unsigned failures() const { return failures_; }

  /// Returns first × 2^n, at most `cap`.
  static Duration doubled(Duration first, Duration cap, unsigned n) {
    Duration delay = std::min(first, cap);
    for (; n > 0 && delay < cap; --n) delay = std::min(cap, delay * 2);
    return delay;
  }

 private:
  BackoffSettings settings_;
  unsigned failures_ = 0;
  MonoTime healthy_at_{};
};

/// Exponential back-off per key, as client-go's item rate limiter: 5 ms × 2^failures, at most 1,000 s. No jitter: keys
/// are spread by themselves, and a run can be repeated.
class KeyBackoff {
 public:
  /// Records a failure of `key`; returns how long to wait.
  Duration next(const std::string& key) {
    return Backoff::doubled(std::chrono::milliseconds(5), std::chrono::seconds(1000), failures_[key]++);
  }

  /// Returns how many failures of `key` have been recorded since it was last forgotten.
  unsigned failures(std::string_view key) const {
    const auto it = failures_.find(key);
    return it == failures_.end() ? 0 : it->second;
  }

  /// `key` went well: the next failure waits 5 ms again.
  void forget(std::string_view key) {
    if (const auto it = failures_.find(key); it != failures_.end()) failures_.erase(it);
  }

 private:
  std::map<std::string, unsigned, std::less<>> failures_;
};

}  // namespace snapstash::runtime
