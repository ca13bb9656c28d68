#include "kernel/wire/http_service.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/wire/memory_stream.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

/// Hands out what the test puts into it.
class MemoryListener final : public Listener {
 public:
  struct Queue {
    explicit Queue(Executor& executor) : changed(executor) {}
    std::deque<Result<StreamHandle>> waiting;
    Event changed;
  };
  explicit MemoryListener(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}
  std::uint16_t port() const override { return 1; }
  Task<Result<StreamHandle>> accept() override {
    while (queue_->waiting.empty()) {
      queue_->changed.reset();
      co_await queue_->changed.wait();
    }
    Result<StreamHandle> next = std::move(queue_->waiting.front());
    queue_->waiting.pop_front();
    co_return std::move(next);
  }

 private:
  std::shared_ptr<Queue> queue_;
};

class HttpServiceTest : public testing::Test {
 protected:
  void SetUp() override { service_->serve(std::make_unique<MemoryListener>(queue_)); }
  void offer(Result<StreamHandle> connection) {
    queue_->waiting.push_back(std::move(connection));
    queue_->changed.set();
    executor_.run();
  }
  std::shared_ptr<MemoryStream> connect() {
    auto stream = std::make_shared<MemoryStream>(executor_);
    offer(StreamHandle(stream));
    return stream;
  }
  std::shared_ptr<MemoryStream> connect_and_say(std::string bytes) {
    auto stream = connect();
    stream->arrive(std::move(bytes));
    executor_.run();
    return stream;
  }

  ManualExecutor executor_;
  std::shared_ptr<MemoryListener::Queue> queue_ = std::make_shared<MemoryListener::Queue>(executor_);
  std::unique_ptr<HttpService> service_ = std::make_unique<HttpService>(executor_, [](const ServerRequest& request) {
    return ServerResponse{.body = request.path};
  });
};

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n"
    "X-Content-Type-Options: nosniff\r\n\r\n/a";

TEST_F(HttpServiceTest, AnswersAndWaitsForMoreForAWhile) {
  const auto client = connect_and_say("GET /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client->written(), kAnswer);
  executor_.advance(74s);
  EXPECT_FALSE(client->closed());
  client->arrive("GET /a HTTP/1.1\r\n\r\n");
  executor_.run();
  EXPECT_EQ(client->written(), std::string(kAnswer) + std::string(kAnswer));
  executor_.advance(74s);
  EXPECT_FALSE(client->closed());
  executor_.advance(1s);
  EXPECT_TRUE(client->closed());
}

TEST_F(HttpServiceTest, AHeadThatDripsIsGivenFiveSecondsInAll) {
  const auto client = connect_and_say("G");
  for (int i = 0; i < 4; ++i) {
    executor_.advance(1s);
    client->arrive("E");
  }
  executor_.run();
  EXPECT_FALSE(client->closed());
  executor_.advance(1s);
  EXPECT_TRUE(client->closed());
  EXPECT_EQ(client->written(), "");
}

TEST_F(HttpServiceTest, AClientThatTakesNothingIsGivenTenSeconds) {
  const auto client = connect();
  client->take_nothing();
  client->arrive("GET /a HTTP/1.1\r\n\r\n");
  executor_.advance(9s);
  EXPECT_FALSE(client->closed());
  executor_.advance(1s);
  EXPECT_TRUE(client->closed());
}

TEST_F(HttpServiceTest, WhoHasWaitedLongestMakesRoom) {
  std::vector<std::shared_ptr<MemoryStream>> clients;
  for (std::size_t i = 0; i < HttpServer::kMaxConnections; ++i) clients.push_back(connect());
  // The first says something, so the second has now waited longest.
  clients[0]->arrive("GET /a HTTP/1.1\r\n\r\n");
  executor_.run();
  const auto next = connect_and_say("GET /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(next->written(), kAnswer);
  EXPECT_FALSE(clients[0]->closed());
  EXPECT_TRUE(clients[1]->closed());
  EXPECT_FALSE(clients[2]->closed());
}

TEST_F(HttpServiceTest, WhoIsBeingAnsweredDoesNotMakeRoom) {
  std::vector<std::shared_ptr<MemoryStream>> clients;
  for (std::size_t i = 0; i < HttpServer::kMaxConnections; ++i) {
    clients.push_back(connect());
    clients.back()->take_nothing();
    clients.back()->arrive("GET /a HTTP/1.1\r\n\r\n");
    executor_.run();
  }
  const auto next = connect_and_say("GET /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(next->written(), "");
  for (const auto& client : clients) EXPECT_FALSE(client->closed());
  executor_.advance(10s);
  EXPECT_EQ(next->written(), kAnswer);
}

TEST_F(HttpServiceTest, AFailedAcceptIsTriedAgainAfterASecond) {
  offer(fail(Code::kUnavailable, "too many open files"));
  const auto client = connect_and_say("GET /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client->written(), "");
  executor_.advance(1s);
  EXPECT_EQ(client->written(), kAnswer);
}

TEST_F(HttpServiceTest, DestroyingItClosesAll) {
  const auto idle = connect();
  const auto busy = connect();
  busy->take_nothing();
  busy->arrive("GET /a HTTP/1.1\r\n\r\n");
  executor_.run();
  service_.reset();
  EXPECT_TRUE(idle->closed());
  EXPECT_TRUE(busy->closed());
  executor_.run();
}

}  // namespace
}  // namespace snapstash::wire
