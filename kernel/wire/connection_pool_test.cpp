#include "kernel/wire/connection_pool.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "kernel/base/event.hpp"
#include "kernel/base/manual_executor.hpp"
#include "kernel/wire/exchange.hpp"
#include "kernel/wire/memory_stream.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

class ConnectionPoolTest : public testing::Test {
 protected:
  std::shared_ptr<MemoryStream> keep_one() {
    auto stream = std::make_shared<MemoryStream>(executor_);
    pool_->keep(Connection(executor_, StreamHandle(stream)));
    return stream;
  }
  ManualExecutor executor_;
  std::shared_ptr<ConnectionPool> pool_ = std::make_shared<ConnectionPool>(executor_);
};

TEST_F(ConnectionPoolTest, IdleConnectionsAreClosedAfterAMinute) {
  const auto first = keep_one();
  executor_.advance(30s);
  const auto second = keep_one();
  executor_.advance(30s);
  EXPECT_TRUE(first->closed());
  EXPECT_FALSE(second->closed());
  executor_.advance(30s);
  EXPECT_TRUE(second->closed());
  EXPECT_EQ(pool_->idle_count(), 0U);
}

TEST_F(ConnectionPoolTest, IdleConnectionsThatEndOrSpeakAreDropped) {
  const auto ended = keep_one();
  const auto spoke = keep_one();
  executor_.run();
  EXPECT_EQ(pool_->idle_count(), 2U);
  ended->end(boost::asio::error::eof);
  spoke->arrive("HTTP/1.1 408 Request Timeout\r\n\r\n");
  executor_.run();
  EXPECT_EQ(pool_->idle_count(), 0U);
  EXPECT_TRUE(ended->closed());
  EXPECT_TRUE(spoke->closed());
}

TEST_F(ConnectionPoolTest, TheLastUsedIsTakenFirstAndBelongsToTheTaker) {
  const auto first = keep_one();
  const auto second = keep_one();
  auto taken = pool_->take_idle();
  ASSERT_TRUE(taken);
  executor_.advance(2min);
  EXPECT_TRUE(first->closed());
  EXPECT_FALSE(second->closed());
  // The read that was begun while it was idle brings the taker's bytes.
  second->arrive("abc");
  EXPECT_EQ(executor_.run_task(taken->fill()).count, 3U);
  EXPECT_EQ(taken->input(), "abc");
  taken.reset();
  EXPECT_TRUE(second->closed());
}

TEST_F(ConnectionPoolTest, TheNinthWaitsForTheFirstToLeave) {
  std::vector<ConnectionPool::Slot> slots;
  for (std::size_t i = 0; i < ConnectionPool::kMaxConnections; ++i) {
    slots.push_back(executor_.run_task(ConnectionPool::enter(pool_)));
  }
  std::string order;
  const auto wait = [&](char name) -> Task<void> {
    const auto slot = co_await ConnectionPool::enter(pool_);
    order += name;
    co_await sleep_for(executor_, 1s);
  };
  auto a = wait('a');
  auto b = wait('b');
  auto c = wait('c');
  a.start([] {});
  b.start([] {});
  c.start([] {});
  executor_.run();
  EXPECT_EQ(order, "");
  slots.pop_back();
  executor_.run();
  EXPECT_EQ(order, "a");
  executor_.advance(1s);
  EXPECT_EQ(order, "ab");
}

TEST_F(ConnectionPoolTest, WhoGivesUpWaitingLosesNoSlot) {
  std::vector<ConnectionPool::Slot> slots;
  for (std::size_t i = 0; i < ConnectionPool::kMaxConnections; ++i) {
    slots.push_back(executor_.run_task(ConnectionPool::enter(pool_)));
  }
  {
    auto early = ConnectionPool::enter(pool_);
    early.start([] {});
  }
  auto late = std::make_unique<Task<ConnectionPool::Slot>>(ConnectionPool::enter(pool_));
  late->start([] {});
  slots.pop_back();  // passed to `late`, which is destroyed before it can run
  late.reset();
  slots.push_back(executor_.run_task(ConnectionPool::enter(pool_)));
  EXPECT_EQ(slots.size(), ConnectionPool::kMaxConnections);
}

class ExchangeTest : public testing::Test {
 protected:
  Result<void> send(Exchange& exchange) {
    return executor_.run_task(exchange.send("GET / HTTP/1.1\r\n\r\n", progress_));
  }
  Exchange exchange() { return {Connection(executor_, StreamHandle(stream_)), ResponseParser::To::kRequest}; }
  ManualExecutor executor_;
  std::shared_ptr<MemoryStream> stream_ = std::make_shared<MemoryStream>(executor_);
  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

TEST_F(ExchangeTest, NothingWrittenIsUnavailable) {
  stream_->fail_writes_after(0);
  stream_->end(boost::asio::error::connection_reset);
  Exchange made = exchange();
  const auto sent = send(made);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnavailable);
  EXPECT_TRUE(made.nothing_written());
  EXPECT_FALSE(progress_->sent);
}

TEST_F(ExchangeTest, AHalfWrittenRequestIsAnUnknownOutcome) {
  stream_->fail_writes_after(5);
  stream_->end(boost::asio::error::connection_reset);
  Exchange made = exchange();
  const auto sent = send(made);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kUnknownOutcome);
  EXPECT_FALSE(made.nothing_written());
  EXPECT_TRUE(made.unanswered());
  EXPECT_TRUE(progress_->sent);
}

TEST_F(ExchangeTest, ACompleteAnswerCountsHoweverTheConnectionEnds) {
  stream_->arrive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  stream_->end(boost::asio::error::connection_reset);
  Exchange made = exchange();
  ASSERT_TRUE(send(made));
  EXPECT_EQ(executor_.run_task(made.read()).value(), "ok");
  EXPECT_EQ(executor_.run_task(made.read()).value(), "");
  EXPECT_TRUE(made.reusable());
}

}  // namespace
}  // namespace snapstash::wire
