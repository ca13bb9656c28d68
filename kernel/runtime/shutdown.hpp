#pragma once
#include <functional>
#include <string>
#include <vector>

#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::runtime {

/// Stops the program in order: the first signal drains, the second ends at once.
///
///     shutdown.then("controllers", [&] { return tasks.join(); });
///     shutdown.then("lease", [&] { return release(); });
///     shutdown.then("http", [&] { return close(); });
///     return co_await shutdown.run();
///
/// What is waited for watches `requested()` (controllers do) or is stopped by its own stage. A lease is given back only
/// after the controllers have stopped: until then nobody else may act. Must outlive its `run`.
class Shutdown {
 public:
  using Stage = std::function<Task<void>()>;
  static constexpr Duration kLimit = std::chrono::seconds(30);

  Shutdown(Executor& executor, Log& log, Duration limit = kLimit)
      : executor_(executor), log_(log), limit_(limit), requested_(executor), aborted_(executor) {}

  /// A SIGTERM or SIGINT came; from the loop, not from the signal handler itself.
  void signal();
  /// Asks to stop without a signal, e.g. since leadership is lost; `code` becomes the exit code.
  void request(int code);

  Event& requested() { return requested_; }

  /// Adds what is to be done after the stages added before.
  void then(std::string name, Stage stage) { stages_.push_back({std::move(name), std::move(stage)}); }

  /// Waits until stopping is asked for, runs the stages, and returns the exit code: 0, or what `request` said, or 1
  /// when it took longer than the limit or was cut short by a second signal; later stages are then skipped.
  Task<int> run();

 private:
  struct Named {
    std::string name;
    Stage stage;
  };
  Task<void> run_stages();

  Executor& executor_;
  Log& log_;
  Duration limit_;
  Event requested_, aborted_;
  std::vector<Named> stages_;
  int code_ = 0;
};

}  // namespace snapstash::runtime
