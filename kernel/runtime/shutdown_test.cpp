#include "kernel/runtime/shutdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct ShutdownTest : ::testing::Test {
  ManualExecutor executor;
  NullLog log;
  Shutdown shutdown{executor, log};
  std::vector<std::string> done;
  std::optional<int> code;
  TaskGroup tasks{executor};

  ShutdownTest() {
    shutdown.then("controllers", [this] { return stage("controllers", 10s); });
    shutdown.then("lease", [this] { return stage("lease", 1s); });
    shutdown.then("http", [this] { return stage("http", 0s); });
    tasks.spawn(run());
    executor.advance(1h);
  }
  Task<void> run() { code = co_await shutdown.run(); }
  Task<void> stage(std::string name, Duration takes) {
    co_await sleep_for(executor, takes);
    done.push_back(name);
  }
};

TEST_F(ShutdownTest, TheFirstSignalDrainsInOrder) {
  EXPECT_FALSE(shutdown.requested().is_set());
  EXPECT_FALSE(code);
  shutdown.signal();
  EXPECT_TRUE(shutdown.requested().is_set());
  executor.advance(10s);
  EXPECT_THAT(done, ElementsAre("controllers"));
  executor.advance(2s);
  EXPECT_THAT(done, ElementsAre("controllers", "lease", "http"));
  EXPECT_EQ(code, 0);
}

TEST_F(ShutdownTest, TheSecondSignalEndsAtOnce) {
  shutdown.signal();
  executor.advance(1s);
  shutdown.signal();
  executor.run();
  EXPECT_EQ(code, 1);
  EXPECT_THAT(done, IsEmpty());
}

TEST_F(ShutdownTest, DrainingIsBoundedAndTheLeaseIsKeptThen) {
  Shutdown slow(executor, log, 30s);
  bool released = false;
  slow.then("controllers", [this] { return stage("slow", 1h); });
  slow.then("lease", [&]() -> Task<void> {
    released = true;
    co_return;
  });
  slow.signal();
  const MonoTime started = executor.now();
  EXPECT_EQ(executor.run_task(slow.run()), 1);
  EXPECT_EQ(executor.now() - started, 30s);
  EXPECT_FALSE(released);  // work may still be under way: the lease runs out by itself
}

TEST_F(ShutdownTest, LostLeadershipHasItsOwnExitCode) {
  shutdown.request(3);
  executor.advance(1min);
  EXPECT_EQ(code, 3);
}

}  // namespace
}  // namespace snapstash::runtime
