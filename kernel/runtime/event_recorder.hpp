#pragma once
#include <deque>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/runtime/event_series.hpp"
#include "kernel/runtime/metrics.hpp"

namespace snapstash::runtime {

/// Tells users what happens to their objects (`kubectl describe`). Recording never waits and never fails: events are
/// written by `run`, in order, from a bounded queue, and are given up after 12 tries. Must outlive its `run`.
class EventRecorder {
 public:
  struct Ports {
    kube::Client& client;
    Executor& executor;
    const Clock& clock;
    Random& random;
    Log& log;
    Registry& registry;
  };
  static constexpr std::size_t kQueueLimit = 1000;
  static constexpr int kTries = 12;
  static constexpr Duration kBetweenTries = std::chrono::seconds(10);
  static constexpr Duration kBetweenSweeps = std::chrono::minutes(1);

  EventRecorder(Reporter reporter, Ports ports);
  EventRecorder(const EventRecorder&) = delete;
  EventRecorder& operator=(const EventRecorder&) = delete;

  void record(EventNews news);
  /// The two usual ways. `action` = `reason`.
  void normal(ObjectReference regarding, std::string reason, std::string note);
  void warning(ObjectReference regarding, std::string reason, std::string note);

  /// Writes events for ever; destroying the task ends it.
  Task<void> run();

  std::size_t pending() const { return queue_.size(); }

 private:
  void push(EventWrite write);
  void schedule_sweep();
  Task<void> deliver(EventWrite write);
  Task<Result<void>> attempt(EventWrite write);
  Task<Result<void>> create(EventRecord record);

  Reporter reporter_;
  Ports ports_;
  Counter& dropped_;
  Event arrived_;
  EventSeries series_;
  std::deque<EventWrite> queue_;
  Executor::Ticket sweep_;
};

}  // namespace snapstash::runtime
