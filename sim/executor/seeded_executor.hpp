#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "kernel/base/executor.hpp"
#include "kernel/base/time.hpp"

namespace snapstash::sim {

class NodeExecutor;

/// What runs next of all that is ready.
enum class Order {
  kSeeded,  ///< Any of it, by chance.
  kPosted,  ///< What was posted first, as in one event loop.
};

/// Virtual time with a seed: chance picks what runs next of all that is ready, here and on the nodes, and time jumps to
/// the next timer when nothing is. The same seed and the same program give the same run; `trace_id` tells whether they
/// did.
class SeededExecutor final : public Executor {
 public:
  static constexpr WallTime kEpoch{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

  /// The calendar begins at `start`.
  explicit SeededExecutor(std::uint64_t seed, Order order = Order::kSeeded, WallTime start = kEpoch);

  MonoTime now() const override { return now_; }
  /// The calendar that runs with it. Lives as long as the executor.
  const Clock& clock() const { return calendar_; }

  /// Runs one piece of work, letting time pass to the next timer when nothing is ready. Returns false, with `until` as
  /// the time, when there is nothing to do before.
  bool step(MonoTime until);

  /// Runs `work` when the present piece has ended, before any other: what must not be done from inside of a piece, like
  /// destroying what runs it. Between two steps: before the next.
  void after_step(Work work) { urgent_.push_back(std::move(work)); }

  /// Mixes what others saw into the trace: a request, an answer, a fault.
  void note(std::string_view text);
  void note(std::uint64_t number);

  /// A hash of every choice and note so far.
  std::uint64_t trace_id() const { return trace_; }
  std::uint64_t steps() const { return steps_; }

 private:
  friend class NodeExecutor;
  struct Calendar final : Clock {
    WallTime now() const override { return time; }
    WallTime time;
  };

  void wake() override {}
  void move_to(MonoTime when);
  std::uint64_t chance(std::uint64_t below);
  std::size_t promote_all();
  std::optional<MonoTime> earliest() const;
  void run(std::size_t picked);
  void run_urgent();

  Order order_;
  std::uint64_t choice_;
  std::uint64_t trace_;
  std::uint64_t steps_ = 0;
  MonoTime now_{std::chrono::hours(1)};
  Calendar calendar_;
  std::vector<NodeExecutor*> nodes_;  // in the order of their making
  std::vector<Work> urgent_;
};

/// The event loop of one process: its work runs when the seeded executor picks it. Destroying it drops what is left.
class NodeExecutor final : public Executor {
 public:
  /// `world` must outlive it.
  explicit NodeExecutor(SeededExecutor& world, Order order = Order::kSeeded);
  ~NodeExecutor() override;

  MonoTime now() const override { return world_.now(); }

  /// A stopped process (SIGSTOP, a machine that swaps): nothing of it runs, its timers included, until it goes on.
  void pause() { paused_ = true; }
  void go_on() { paused_ = false; }
  bool is_paused() const { return paused_; }

 private:
  friend class SeededExecutor;
  void wake() override {}

  SeededExecutor& world_;
  Order order_;
  bool paused_ = false;
};

}  // namespace snapstash::sim
