#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "kernel/base/executor.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::wire {

/// The executor of the real world: runs posted work, timers, sockets and signals on the thread that calls `run`.
/// Sleeps in the kernel until the next timer or event; an idle program does not wake up.
/// Must outlive all tasks, transports, servers and streams made with it.
class EventLoop final : public Executor {
 public:
  EventLoop();
  ~EventLoop() override;

  MonoTime now() const override { return std::chrono::steady_clock::now(); }

  /// Runs until `stop`. May be called again afterwards. What escapes from work escapes from here.
  void run();
  /// Makes `run` return after the work at hand; the next `run` when none is running.
  void stop() { stopped_ = true; }

  /// Runs `task` to its end and returns its value. For programs that do one thing, and for tests.
  template <class T>
  T run_task(Task<T> task) {
    task.start([this] { stop(); });
    run();
    return task.take();
  }

  /// Calls `callback` from the loop each time the process receives the signal (e.g. SIGTERM), instead of what the
  /// signal would do by itself. One callback per signal; the last one set counts.
  void on_signal(int number, std::function<void()> callback);

  /// For this module's own sources.
  struct Core;
  Core& core() { return *core_; }

 private:
  void wake() override {}  // all work comes from this thread, and `run` looks again after each piece
  void run_due();
  void arm_timer();

  std::unique_ptr<Core> core_;
  bool stopped_ = false;
};

}  // namespace snapstash::wire
