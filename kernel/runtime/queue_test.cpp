#include "kernel/runtime/queue.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

struct QueueTest : ::testing::Test {
  ManualExecutor executor;
  Queue queue{executor};

  std::string pop() { return executor.run_task(queue.pop()).value_or("nothing"); }
};

TEST_F(QueueTest, HandsOutInOrderAndOnce) {
  queue.add("a");
  queue.add("b");
  queue.add("a");
  EXPECT_EQ(queue.depth(), 2U);
  EXPECT_EQ(pop(), "a");
  EXPECT_EQ(pop(), "b");
  EXPECT_EQ(queue.depth(), 0U);
  EXPECT_EQ(queue.running(), 2U);
}

TEST_F(QueueTest, AddsWhileRunningCollapseIntoOneMoreRun) {
  queue.add("a");
  EXPECT_EQ(pop(), "a");
  for (int i = 0; i < 5; ++i) queue.add("a");
  EXPECT_EQ(queue.depth(), 0U);  // never twice at once
  queue.done("a");
  EXPECT_EQ(queue.depth(), 1U);
  EXPECT_EQ(pop(), "a");
  queue.done("a");
  EXPECT_EQ(queue.depth(), 0U);
  queue.done("never popped");
}

TEST_F(QueueTest, PopWaitsForAKey) {
  std::vector<std::string> got;
  auto worker = [&]() -> Task<void> {
    for (int i = 0; i < 2; ++i) {
      const auto key = co_await queue.pop();
      got.push_back(*key);
    }
  };
  TaskGroup group(executor);
  group.spawn(worker());
  executor.run();
  queue.add("a");
  executor.run();
  queue.add_after("b", 1min);
  executor.advance(59s);
  EXPECT_EQ(got, std::vector<std::string>{"a"});
  executor.advance(1s);
  EXPECT_EQ(got, (std::vector<std::string>{"a", "b"}));
}

TEST_F(QueueTest, OfSeveralDelaysTheEarliestWins) {
  queue.add_after("a", 10s);
  queue.add_after("a", 5s);
  queue.add_after("a", 20s);
  EXPECT_EQ(queue.delayed(), 1U);
  executor.advance(5s);
  EXPECT_EQ(pop(), "a");
  queue.done("a");
  executor.advance(1min);
  EXPECT_EQ(queue.depth(), 0U);
  queue.add_after("b", 0s);
  EXPECT_EQ(queue.depth(), 1U);
}

TEST_F(QueueTest, ADelayThatEndsWhileTheKeyRunsMakesOneMoreRun) {
  queue.add_after("a", 5s);
  queue.add("a");
  EXPECT_EQ(pop(), "a");
  executor.advance(5s);
  EXPECT_EQ(queue.depth(), 0U);
  queue.done("a");
  EXPECT_EQ(pop(), "a");
}

TEST_F(QueueTest, RateLimitGrowsUntilForgotten) {
  queue.add_rate_limited("a");
  executor.advance(4ms);
  EXPECT_EQ(queue.depth(), 0U);
  executor.advance(1ms);
  EXPECT_EQ(pop(), "a");
  queue.done("a");
  queue.add_rate_limited("a");
  executor.advance(9ms);
  EXPECT_EQ(queue.depth(), 0U);
  executor.advance(1ms);
  EXPECT_EQ(pop(), "a");
  queue.done("a");
  EXPECT_EQ(queue.failures("a"), 2U);
  queue.forget("a");
  queue.add_rate_limited("a", 7s);
  executor.advance(6s);
  EXPECT_EQ(queue.depth(), 0U);
  executor.advance(1s);
  EXPECT_EQ(queue.depth(), 1U);
}

TEST_F(QueueTest, ShutDownDrainsThenEnds) {
  queue.add("a");
  queue.add("b");
  EXPECT_EQ(pop(), "a");
  queue.add("a");  // again, while it runs
  queue.add_after("c", 1s);
  queue.shut_down();
  queue.add("d");
  queue.add_after("e", 0s);
  queue.add_rate_limited("f");
  EXPECT_EQ(pop(), "b");
  queue.done("a");
  EXPECT_EQ(pop(), "a");
  executor.advance(1min);
  EXPECT_EQ(pop(), "nothing");
}

TEST_F(QueueTest, ShutDownWakesThoseWhoWait) {
  bool ended = false;
  auto worker = [&]() -> Task<void> {
    const auto key = co_await queue.pop();
    ended = !key.has_value();
  };
  TaskGroup group(executor);
  group.spawn(worker());
  executor.run();
  queue.shut_down();
  executor.run();
  EXPECT_TRUE(ended);
}

struct Noting final : QueueObserver {
  void added() override { ++adds; }
  void retried() override { ++retries; }
  void started(Duration waited) override { longest_wait = std::max(longest_wait, waited); }
  void finished(Duration worked) override { longest_work = std::max(longest_work, worked); }
  int adds = 0, retries = 0;
  Duration longest_wait{}, longest_work{};
};

TEST_F(QueueTest, ObserverSeesWaitAndWork) {
  Noting noting;
  queue.observe(&noting);
  queue.add("a");
  queue.add("a");
  executor.advance(3s);
  pop();
  executor.advance(2s);
  queue.done("a");
  queue.add_rate_limited("a");
  EXPECT_EQ(noting.adds, 1);
  EXPECT_EQ(noting.retries, 1);
  EXPECT_EQ(noting.longest_wait, 3s);
  EXPECT_EQ(noting.longest_work, 2s);
  queue.observe(nullptr);
}

/// Random adds against four workers that take their time: no key twice at once, none lost.
TEST_F(QueueTest, NeverTwiceAtOnceAndNothingLost) {
  std::map<std::string, int> running;
  std::map<std::string, MonoTime> last_add;
  std::map<std::string, MonoTime> last_start;
  SeededRandom random(11);
  auto worker = [&]() -> Task<void> {
    for (;;) {
      const auto key = co_await queue.pop();
      EXPECT_EQ(++running[*key], 1);
      last_start[*key] = executor.now();
      co_await sleep_for(executor, std::chrono::milliseconds(random.next() % 20));
      --running[*key];
      queue.done(*key);
    }
  };
  TaskGroup group(executor);
  for (int i = 0; i < 4; ++i) group.spawn(worker());
  for (int i = 0; i < 5000; ++i) {
    const std::string key(1, static_cast<char>('a' + random.next() % 6));
    last_add[key] = executor.now();
    queue.add(key);
    executor.advance(std::chrono::milliseconds(random.next() % 5));
  }
  executor.advance(1s);
  for (const auto& [key, added] : last_add) EXPECT_GE(last_start[key], added) << key;
  EXPECT_EQ(queue.running(), 0U);
}

}  // namespace
}  // namespace snapstash::runtime
