#include "kernel/wire/event_loop.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "kernel/base/event.hpp"
#include "kernel/base/race.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, RunsPostedWorkInOrderAndStops) {
  EventLoop loop;
  std::string order;
  loop.post([&] { order += 'a'; }).detach();
  loop.post([&] {
        order += 'b';
        loop.post([&] { order += 'd', loop.stop(); }).detach();
      }
  ).detach();
  loop.post([&] { order += 'c'; }).detach();
  loop.run();
  EXPECT_EQ(order, "abcd");
}

TEST(EventLoop, TimersRunInTheOrderOfTheirTimes) {
  EventLoop loop;
  std::string order;
  loop.after(3ms, [&] { order += 'c', loop.stop(); }).detach();
  loop.after(1ms, [&] { order += 'a'; }).detach();
  loop.after(2ms, [&] { order += 'b'; }).detach();
  auto never = loop.after(1500us, [&] { order += 'x'; });
  never.cancel();
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST(EventLoop, AnEarlierTimerMayComeLater) {
  EventLoop loop;
  std::string order;
  loop.after(1h, [&] { order += 'x'; }).detach();
  // Sets an earlier timer when the loop has already gone to sleep for the later one.
  loop.after(1ms, [&] { loop.after(1ms, [&] { order += 'a', loop.stop(); }).detach(); }).detach();
  loop.run();
  EXPECT_EQ(order, "a");
}

TEST(EventLoop, RunsAgainAfterAStop) {
  EventLoop loop;
  const auto sleep = [&](int value) -> Task<int> {
    co_await sleep_for(loop, 1ms);
    co_return value;
  };
  EXPECT_EQ(loop.run_task(sleep(1)), 1);
  EXPECT_EQ(loop.run_task(sleep(2)), 2);
  EXPECT_EQ(loop.run_task([]() -> Task<int> { co_return 3; }()), 3);
}

TEST(EventLoop, WorkThatPostsWorkDoesNotKeepTimersWaiting) {
  EventLoop loop;
  std::function<void()> busy = [&] { loop.post(busy).detach(); };
  busy();
  bool fired = false;
  loop.after(1ms, [&] { fired = true, loop.stop(); }).detach();
  loop.run();
  EXPECT_TRUE(fired);
}

TEST(EventLoop, SignalsComeAsOftenAsTheyAreRaised) {
  EventLoop loop;
  int seen = 0;
  loop.on_signal(SIGUSR1, [] { FAIL() << "was replaced"; });
  loop.on_signal(SIGUSR1, [&] {
    if (++seen == 2) return loop.stop();
    loop.post([] { std::raise(SIGUSR1); }).detach();
  });
  loop.post([] { std::raise(SIGUSR1); }).detach();
  loop.run();
  EXPECT_EQ(seen, 2);
}

TEST(EventLoop, ExceptionsEscapeFromRun) {
  EventLoop loop;
  loop.post([] { throw std::runtime_error("boom"); }).detach();
  EXPECT_THROW(loop.run(), std::runtime_error);
}

TEST(EventLoop, MayBeDestroyedWithWorkAndTimersLeft) {
  Executor::Ticket left;
  {
    EventLoop loop;
    left = loop.after(1h, [] {});
    loop.post([] {}).detach();
    loop.on_signal(SIGUSR2, [] {});
    loop.post([&] { loop.stop(); }).detach();
    loop.run();
  }
  left.cancel();
}

}  // namespace
}  // namespace snapstash::wire
