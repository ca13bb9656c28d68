#include "kernel/base/task.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "kernel/base/completion.hpp"
#include "kernel/base/manual_executor.hpp"
#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash {
namespace {

using namespace std::chrono_literals;

Task<int> value(int number) { co_return number; }
Task<Result<int>> good(int number) { co_return number; }
Task<Result<int>> bad() { co_return fail(Code::kNotFound, "gone"); }
Result<int> plain(bool well) {
  if (!well) return fail(Code::kInvalid, "plain");
  return 3;
}

/// Counts live copies of itself, to see what a frame leaves behind.
struct Counted {
  explicit Counted(int& counter) : count(counter) { ++count; }
  Counted(const Counted& other) : count(other.count) { ++count; }
  ~Counted() { --count; }
  int& count;
};

TEST(Task, YieldsTheValue) {
  ManualExecutor executor;
  auto sum = []() -> Task<int> {
    const int one = co_await value(1);
    const int two = co_await value(2);
    co_return one + two;
  };
  EXPECT_EQ(executor.run_task(sum()), 3);
}

TEST(Task, UnwrapsResults) {
  ManualExecutor executor;
  auto sum = []() -> Task<Result<int>> {
    const int one = co_await good(1);
    const int three = co_await plain(true);
    co_return one + three;
  };
  EXPECT_EQ(executor.run_task(sum()).value(), 4);
}

TEST(Task, EndsWithTheErrorOfAnAwaitedTask) {
  ManualExecutor executor;
  bool reached = false;
  auto inner = [&]() -> Task<Result<std::string>> {
    const int never = co_await bad();
    reached = true;
    co_return std::to_string(never);
  };
  auto outer = [&]() -> Task<Result<void>> {
    co_await inner();
    reached = true;
    co_return {};
  };
  const auto result = executor.run_task(outer());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kNotFound);
  EXPECT_FALSE(reached);
}

TEST(Task, EndsWithTheErrorOfAPlainResult) {
  ManualExecutor executor;
  auto task = []() -> Task<Result<int>> {
    const int number = co_await plain(false);
    co_return number;
  };
  EXPECT_EQ(executor.run_task(task()).error().message, "plain");
}

TEST(Task, AsResultHandsOverTheError) {
  ManualExecutor executor;
  auto task = []() -> Task<Result<std::string>> {
    auto result = co_await bad().as_result();
    co_return result ? "value" : result.error().message;
  };
  EXPECT_EQ(executor.run_task(task()).value(), "gone");
}

TEST(Task, DestroyingCancelsEverythingBelow) {
  ManualExecutor executor;
  int alive = 0;
  bool reached = false;
  auto inner = [&](Counted) -> Task<void> {
    co_await sleep_for(executor, 1h);
    reached = true;
  };
  auto outer = [&](Counted counted) -> Task<void> { co_await inner(counted); };
  {
    auto task = outer(Counted(alive));
    task.start([] {});
    executor.advance(1min);
    EXPECT_GT(alive, 0);
  }
  EXPECT_EQ(alive, 0);
  executor.advance(2h);
  EXPECT_FALSE(reached);
}

TEST(Task, ExceptionsReachTheAwaiter) {
  ManualExecutor executor;
  auto thrower = []() -> Task<int> {
    throw std::runtime_error("boom");
    co_return 1;
  };
  auto catcher = [&]() -> Task<std::string> {
    try {
      co_await thrower();
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
    co_return "nothing";
  };
  EXPECT_EQ(executor.run_task(catcher()), "boom");
}

TEST(Event, WakesAllWaitersThroughTheExecutor) {
  ManualExecutor executor;
  Event event(executor);
  int woken = 0;
  auto waiter = [&]() -> Task<void> {
    co_await event.wait();
    ++woken;
  };
  TaskGroup group(executor);
  group.spawn(waiter());
  group.spawn(waiter());
  executor.run();
  event.set();
  EXPECT_EQ(woken, 0);
  executor.run();
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(group.size(), 0U);
}

TEST(Event, AWaiterThatIsDestroyedAfterSetDoesNotRun) {
  ManualExecutor executor;
  Event event(executor);
  bool woken = false;
  auto waiter = [&]() -> Task<void> {
    co_await event.wait();
    woken = true;
  };
  {
    auto task = waiter();
    task.start([] {});
    event.set();
  }
  executor.run();
  EXPECT_FALSE(woken);
}

TEST(Race, TheFirstToEndWinsAndTheOtherIsCancelled) {
  ManualExecutor executor;
  int alive = 0;
  auto after = [&](Duration delay, int number, Counted) -> Task<int> {
    co_await sleep_for(executor, delay);
    co_return number;
  };
  const auto outcome = executor.run_task(race(executor, after(5s, 1, Counted(alive)), after(2s, 2, Counted(alive))));
  EXPECT_EQ(outcome.index(), 1U);
  EXPECT_EQ(std::get<1>(outcome), 2);
  EXPECT_EQ(alive, 0);
}

TEST(Race, DeadlineIsAnError) {
  ManualExecutor executor;
  auto slow = [&]() -> Task<Result<int>> {
    co_await sleep_for(executor, 1h);
    co_return 1;
  };
  const auto result = executor.run_task(with_timeout(executor, 5s, slow()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kTimeout);
  EXPECT_EQ(result.error().message, "not within 5s");
}

TEST(Race, AllKeepsTheOrder) {
  ManualExecutor executor;
  auto after = [&](Duration delay, int number) -> Task<int> {
    co_await sleep_for(executor, delay);
    co_return number;
  };
  std::vector<Task<int>> tasks;
  tasks.push_back(after(3s, 1));
  tasks.push_back(after(1s, 2));
  tasks.push_back(value(3));
  EXPECT_EQ(executor.run_task(all(executor, std::move(tasks))), (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(executor.run_task(all(executor, std::vector<Task<int>>())).empty());
}

TEST(TaskGroup, CancelDestroysAllAndJoinReturns) {
  ManualExecutor executor;
  TaskGroup group(executor);
  auto forever = [&]() -> Task<void> { co_await sleep_for(executor, 1000h); };
  group.spawn(forever());
  group.spawn(forever());
  executor.run();
  EXPECT_EQ(group.size(), 2U);
  group.cancel();
  executor.run_task(group.join());
  EXPECT_EQ(group.size(), 0U);
}

TEST(Completion, EitherSideMayGoFirst) {
  ManualExecutor executor;
  Completion<int> completion(executor);
  auto waiter = [&]() -> Task<int> { co_return co_await completion.wait(); };
  {
    auto dropped = waiter();
    dropped.start([] {});
  }
  completion.set(7);
  completion.set(8);
  executor.run();
  EXPECT_EQ(executor.run_task(waiter()), 7);
}

TEST(Executor, ACancelledTicketDoesNotRunEvenWhenDue) {
  ManualExecutor executor;
  int ran = 0;
  auto first = executor.after(1s, [&] { ++ran; });
  Executor::Ticket second = executor.after(1s, [&] { first.cancel(), ++ran; });
  auto zeroth = executor.after(500ms, [&] { second.cancel(); });
  executor.advance(2s);
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace snapstash
