#pragma once
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/runtime/lease_api.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::runtime {

/// Takes part in an election, as `step` of lease.hpp decides. Order of calls: acquire, hold, release.
/// What it is given must outlive it, and it its tasks.
class Elector {
 public:
  struct Ports {
    Executor& executor;
    const Clock& clock;
    Random& random;
    Log& log;
    Registry& registry;
  };

  /// `name` is the label of leader_election_master_status. REQUIRES: validate(settings).
  Elector(LeaseApi& lease, ElectionSettings settings, std::string name, Ports ports);
  Elector(const Elector&) = delete;
  Elector& operator=(const Elector&) = delete;

  /// Returns once we are the leader (or were, and the process slept through its time: `hold` then returns at once).
  /// Destroying the task leaves the race.
  Task<void> acquire();
  /// Renews until leadership is lost, then returns: not later than the last good renewal plus the renew deadline,
  /// whatever the network does. The process is then to stop acting at once.
  Task<void> hold();
  /// Gives the lease back, if it is ours, so that the next leader needs not wait; retried once on conflict. Only after
  /// all work has stopped. Errors: the last write's; the lease then runs out by itself.
  Task<Result<void>> release();

  bool is_leader() const { return state_.is_leader(settings_, ports_.executor.now()); }
  /// For /healthz: an error when we are leader on paper and have not renewed for the lease's duration + 20 s
  /// (controller-runtime's tolerance).
  Result<void> health() const;
  const ElectionState& state() const { return state_; }

 private:
  Now now() const { return {ports_.executor.now(), ports_.clock.now()}; }
  Duration call_limit() const;
  Task<LeaseInput> carry_out(LeaseAction action);
  Task<LeaseInput> write(LeaseRecord record, bool create);
  Task<void> pause(RetryLater later);
  void take(const LeaseInput& input);

  LeaseApi& lease_;
  ElectionSettings settings_;
  std::string name_;
  Ports ports_;
  Gauge& master_status_;
  Counter& slow_paths_;
  ElectionState state_;
  LeaseAction next_ = ReadLease{};
};

}  // namespace snapstash::runtime
