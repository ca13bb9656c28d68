#pragma once
#include <vector>

#include "features/metrics/push_plan.hpp"
#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/runtime/backoff.hpp"
#include "kernel/runtime/metrics.hpp"
#include "kernel/wire/outbound.hpp"

namespace snapstash::metrics {

/// Keeps a Pushgateway told. Nobody waits for it and nothing depends on it (B26): a gateway that is away, slow or wrong
/// costs a line in the log per outage, and counts in snapstash_pushgateway_failures_total.
///
/// Caveats: it remembers what it pushed, not what others did: after a start it pushes everything once more, and the
/// groups of objects that went while no operator ran stay.
class Pusher {
 public:
  struct Ports {
    cluster::Stores& stores;  ///< Only read, and listened to.
    wire::Outbound& outbound;
    Executor& executor;
    Random& random;
    Log& log;
    runtime::Registry& registry;
  };
  /// Changes that come closer together are pushed together.
  static constexpr Duration kBetweenSweeps = std::chrono::seconds(15);
  static constexpr Duration kTimeout = std::chrono::seconds(10);
  static constexpr Duration kLongestPause = std::chrono::minutes(5);

  Pusher(wire::Endpoint gateway, Ports ports);
  Pusher(const Pusher&) = delete;
  Pusher& operator=(const Pusher&) = delete;

  /// Pushes for ever, beginning when the stores are filled; destroying the task ends it, in the middle of a request
  /// too.
  Task<void> run();

 private:
  Task<void> until_synced();
  Task<bool> sweep();
  Task<Result<void>> carry_out(const PushStep& step);
  void tell(const PushStep& step, const Error& error);

  wire::Endpoint gateway_;
  Ports ports_;
  runtime::Counter &requests_, &failures_;
  runtime::Backoff backoff_;
  Event changed_;
  std::vector<runtime::Subscription> subscriptions_;
  Pushed pushed_;
  bool out_ = false;  ///< The last sweep did not get through.
};

}  // namespace snapstash::metrics
