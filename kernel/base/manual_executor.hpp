#pragma once
#include <cstdlib>
#include <utility>

#include "kernel/base/executor.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

/// Virtual time: nothing runs until `run` or `advance` is called, and waiting costs nothing. For tests.
class ManualExecutor final : public Executor {
 public:
  MonoTime now() const override { return mono_; }
  /// The calendar that runs with it, starting at 2026-01-01T00:00:00Z. Lives as long as the executor.
  const Clock& clock() const { return clock_; }

  /// Runs all that is ready, and what that makes ready, without letting time pass.
  void run() {
    promote(mono_);
    while (ready() > 0) {
      run_ready();
      promote(mono_);
    }
  }

  /// Lets `duration` pass, running each timer at its own time.
  void advance(Duration duration) {
    const auto end = mono_ + std::chrono::duration_cast<MonoTime::duration>(duration);
    run();
    while (const auto next = next_timer()) {
      if (*next > end) break;
      move_to(*next);
      run();
    }
    move_to(end);
    run();
  }

  /// Runs `task` to its end, jumping over all waiting. Returns its value. Aborts when it can never end.
  template <class T>
  T run_task(Task<T> task) {
    bool ended = false;
    task.start([&ended] { ended = true; });
    while (!ended) {
      run();
      if (ended) break;
      const auto next = next_timer();
      if (!next) std::abort();  // nothing is left that could end it
      move_to(*next);
    }
    return task.take();
  }

 private:
  struct Calendar final : Clock {
    WallTime now() const override { return time; }
    WallTime time{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  };

  void wake() override {}
  void move_to(MonoTime when) {
    if (when <= mono_) return;
    clock_.time += std::chrono::duration_cast<std::chrono::microseconds>(when - mono_);
    mono_ = when;
  }

  MonoTime mono_{std::chrono::hours(1)};
  Calendar clock_;
};

}  // namespace snapstash
