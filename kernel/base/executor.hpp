#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "kernel/base/time.hpp"

namespace snapstash {

/// Where all code runs: one thread, one thing at a time. A port: production drives it from the network's event loop,
/// tests and the simulator from virtual time. Not thread-safe.
///
/// Guarantees: work runs from the loop, never inside `post` or `at`. Work whose Ticket is destroyed does not run.
class Executor {
 public:
  using Work = std::move_only_function<void()>;

  /// Owns one piece of scheduled work: destroying it cancels the work. May outlive the executor.
  class [[nodiscard]] Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { cancel(); }

    /// Takes the work back if it has not run. Safe to call twice.
    void cancel();
    /// Lets the work run whatever becomes of this ticket.
    void detach() { queue_.reset(); }

   private:
    friend class Executor;
    struct Queue;
    Ticket(std::weak_ptr<Queue> queue, MonoTime when, std::uint64_t number, bool timed)
        : queue_(std::move(queue)), when_(when), number_(number), timed_(timed) {}
    std::weak_ptr<Queue> queue_;
    MonoTime when_{};
    std::uint64_t number_ = 0;
    bool timed_ = false;
  };

  Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor();

  /// Runs `work` soon, after what was posted before it.
  Ticket post(Work work);
  /// Runs `work` at or after `when`.
  Ticket at(MonoTime when, Work work);
  Ticket after(Duration delay, Work work) {
    return at(now() + std::chrono::duration_cast<MonoTime::duration>(delay), std::move(work));
  }

  virtual MonoTime now() const = 0;

 protected:
  /// Called when there is new work, so that the loop looks again.
  virtual void wake() = 0;
  /// Makes timers that are due at `now` ready, in the order of their times.
  void promote(MonoTime now);
  std::size_t ready() const;
  /// Runs the ready work at position `index` (0 = oldest; the simulator picks others). Requires index < ready().
  void run_ready(std::size_t index = 0);
  /// Returns when the earliest timer is due.
  std::optional<MonoTime> next_timer() const;

 private:
  std::shared_ptr<Ticket::Queue> queue_;
};

}  // namespace snapstash
