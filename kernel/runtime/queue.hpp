#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/base/task.hpp"
#include "kernel/runtime/backoff.hpp"

namespace snapstash::runtime {

/// Sees what happens to a queue; for metrics. Calls come from inside the queue's own calls and must not call it back.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void added() {}
  virtual void retried() {}
  virtual void started(Duration /*waited*/) {}
  virtual void finished(Duration /*worked*/) {}
};

/// Keys that wait for work, with the semantics of client-go's workqueue.
///
/// Guarantees: no key is handed out twice at once; any number of `add`s of a key that waits, or is being worked on,
/// collapse into one more run; no added key is lost. First in, first out, apart from delays.
/// The executor must outlive the queue, the queue its `pop`s.
class Queue {
 public:
  explicit Queue(Executor& executor) : executor_(executor), changed_(executor) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  /// Makes `key` wait for work, if it does not already.
  void add(std::string key);
  /// Adds `key` after `delay`. Of several delays of one key the one that ends first counts.
  void add_after(std::string key, Duration delay);
  /// Adds `key` after its back-off (5 ms × 2^n, at most 1,000 s), but not before `at_least`.
  void add_rate_limited(std::string key, Duration at_least = {});
  /// Ends the back-off of `key`.
  void forget(const std::string& key) { backoff_.forget(key); }

  /// Returns the next key, waiting for one; nothing once the queue is shut down and empty. Each key that is returned
  /// must be given back with `done`.
  Task<std::optional<std::string>> pop();
  /// The work on `key` has ended. Adds it again if it was added meanwhile.
  void done(const std::string& key);

  /// Takes no more keys, and drops those that still wait for their time. What is ready can still be popped, then pops
  /// return nothing.
  void shut_down();

  std::size_t depth() const { return ready_.size(); }
  std::size_t running() const { return processing_.size(); }
  std::size_t delayed() const { return delayed_.size(); }
  unsigned failures(const std::string& key) const { return backoff_.failures(key); }
  /// Returns, for each key that is being worked on, since when.
  const std::map<std::string, MonoTime>& processing() const { return processing_; }

  /// `observer` must outlive the queue; nullptr ends it.
  void observe(QueueObserver* observer) { observer_ = observer != nullptr ? observer : &nobody_; }

 private:
  struct Delayed {
    MonoTime when;
    Executor::Ticket ticket;
  };

  void push(std::string key);
  std::string take_first();

  Executor& executor_;
  QueueObserver nobody_;
  QueueObserver* observer_ = &nobody_;
  Event changed_;
  std::map<std::string, MonoTime> dirty_;  ///< Wanted, and since when; those not in processing_ are in ready_ too.
  std::map<std::string, MonoTime> processing_;
  std::deque<std::string> ready_;
  std::map<std::string, Delayed> delayed_;
  KeyBackoff backoff_;
  bool shut_down_ = false;
};

}  // namespace snapstash::runtime
