#include "sim/executor/seeded_executor.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

std::string play(std::uint64_t seed, Order order, std::uint64_t* trace = nullptr) {
  SeededExecutor executor(seed, order);
  std::string said;
  for (char name = 'a'; name <= 'h'; ++name) executor.post([&said, name] { said += name; }).detach();
  executor.after(2s, [&said] { said += '2'; }).detach();
  executor.after(1s, [&said] { said += '1'; }).detach();
  while (executor.step(executor.now() + 10s)) {
  }
  if (trace != nullptr) *trace = executor.trace_id();
  return said;
}

TEST(SeededExecutor, PicksByItsSeedAndRunsTimersInTheirOrder) {
  std::uint64_t first = 0, again = 0, other = 0;
  const std::string said = play(1, Order::kSeeded, &first);
  EXPECT_EQ(said, play(1, Order::kSeeded, &again));
  EXPECT_EQ(first, again);
  EXPECT_NE(said, play(2, Order::kSeeded, &other));
  EXPECT_NE(first, other);
  EXPECT_EQ(said.substr(8), "12");
  EXPECT_EQ(play(1, Order::kPosted), "abcdefgh12");
}

TEST(SeededExecutor, TheCalendarGoesWithTheTime) {
  SeededExecutor executor(1);
  const WallTime start = executor.clock().now();
  EXPECT_EQ(start, SeededExecutor::kEpoch);
  EXPECT_FALSE(executor.step(executor.now() + 90s));
  EXPECT_EQ(executor.clock().now() - start, 90s);
  for (int i = 0; i < 1000; ++i) executor.step(executor.now() + std::chrono::nanoseconds(1500));
  EXPECT_EQ(executor.clock().now() - start, 90s + 1500us);
}

TEST(SeededExecutor, WhatComesAfterTheStepComesBeforeAllElse) {
  SeededExecutor executor(1, Order::kPosted);
  std::string said;
  executor
      .post([&] {
        executor.after_step([&] { said += "urgent "; });
        said += "first ";
      })
      .detach();
  executor.post([&] { said += "second"; }).detach();
  while (executor.step(executor.now())) {
  }
  EXPECT_EQ(said, "first urgent second");
}

TEST(NodeExecutor, RunsAmongTheOthersAndStopsWhenItIsPaused) {
  SeededExecutor world(3);
  NodeExecutor node(world, Order::kPosted);
  std::string said;
  for (char name = '1'; name <= '4'; ++name) node.post([&said, name] { said += name; }).detach();
  node.after(1s, [&said] { said += '5'; }).detach();
  world.after(2s, [&said] { said += '6'; }).detach();
  node.pause();
  while (world.step(world.now() + 10s)) {
  }
  EXPECT_EQ(said, "6");
  node.go_on();
  while (world.step(world.now() + 10s)) {
  }
  EXPECT_EQ(said, "612345");
}

TEST(NodeExecutor, CanBeDestroyedByItsOwnWork) {
  SeededExecutor world(3);
  auto node = std::make_unique<NodeExecutor>(world);
  bool ran = false;
  node->post([&] { world.after_step([&] { node.reset(); }); }).detach();
  node->after(1s, [&ran] { ran = true; }).detach();
  while (world.step(world.now() + 10s)) {
  }
  EXPECT_FALSE(ran);
}

TEST(SeededExecutor, ANoteChangesTheTrace) {
  SeededExecutor a(1), b(1);
  a.note("GET /api");
  EXPECT_NE(a.trace_id(), b.trace_id());
  b.note("GET /api");
  EXPECT_EQ(a.trace_id(), b.trace_id());
}

}  // namespace
}  // namespace snapstash::sim
