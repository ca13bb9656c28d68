#pragma once
#include "kernel/base/executor.hpp"

namespace snapstash::runtime {

/// Virtual time that moves one piece of work at a time, so that a test can stop between any two.
class SteppingExecutor final : public Executor {
 public:
  MonoTime now() const override { return now_; }

  /// Runs one piece of work; lets time pass to the next timer when nothing is ready. Returns false when there is
  /// nothing left to do before `until`.
  bool step(MonoTime until) {
    promote(now_);
    if (ready() == 0) {
      const auto next = next_timer();
      if (!next || *next > until) return false;
      now_ = std::max(now_, *next);
      promote(now_);
    }
    run_ready();
    return true;
  }

 private:
  void wake() override {}
  MonoTime now_{std::chrono::hours(1)};
};

}  // namespace snapstash::runtime
