#include "kernel/wire/http_server.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "kernel/base/race.hpp"
#include "kernel/wire/connection.hpp"
#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/tcp.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_->listen("127.0.0.1:0"));
    Endpoint endpoint;
    endpoint.scheme = "http";
    endpoint.host = "127.0.0.1";
    endpoint.port = server_->port();
    transport_ = HttpTransport::make(loop_, endpoint).value();
  }
  static ServerResponse answer(const ServerRequest& request) {
    if (request.path == "/throw") throw std::runtime_error("boom");
    if (request.path == "/large") return {.body = std::string(3 << 20, 'x')};
    if (request.path != "/metrics") return {.status = 404, .body = "no\n"};
    return {.content_type = "text/plain; version=0.0.4", .body = "q=" + request.query};
  }
  Result<Response> call(std::string method, std::string target, std::string body = {}) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    return loop_.run_task(transport_->call(std::move(request)));
  }
  Connection connect() { return {loop_, loop_.run_task(connect_tcp(loop_, "127.0.0.1", server_->port(), 5s)).value()}; }
  /// Sends, and reads until the server closes.
  std::string talk(Connection& connection, std::string bytes) {
    const auto all = [](Connection& with, std::string say) -> Task<std::string> {
      co_await with.write(std::move(say));
      for (;;) {
        const IoResult read = co_await with.fill();
        if (read.end != IoEnd::kOk) co_return with.input();
      }
    };
    return loop_.run_task(all(connection, std::move(bytes)));
  }

  EventLoop loop_;
  std::unique_ptr<HttpServer> server_ = std::make_unique<HttpServer>(loop_, answer);
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(HttpServerTest, AnswersGet) {
  for (int i = 0; i < 2; ++i) {
    const auto response = call("GET", "/metrics?a=b?c");
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "q=a=b?c");
    EXPECT_EQ(response->headers.find("content-type"), "text/plain; version=0.0.4");
  }
  EXPECT_EQ(call("GET", "/other").value().status, 404);
  EXPECT_EQ(call("GET", "/metrics").value().body, "q=");
  EXPECT_EQ(call("GET", "/large").value().body.size(), 3U << 20);
}

TEST_F(HttpServerTest, RefusesAllElse) {
  const auto posted = call("POST", "/metrics", "body");
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->status, 405);
  EXPECT_EQ(posted->headers.find("Allow"), "GET");
  EXPECT_EQ(call("GET", "/metrics", "body").value().status, 400);
  EXPECT_EQ(call("GET", "/throw").value().status, 500);
}

TEST_F(HttpServerTest, WhatIsNotHttpIsAnsweredOnceAndClosed) {
  for (const std::string& bytes : {std::string("\x16\x03\x01"), "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')}) {
    Connection connection = connect();
    const std::string answered = talk(connection, bytes);
    EXPECT_TRUE(answered.starts_with("HTTP/1.1 400 ")) << answered;
    EXPECT_TRUE(answered.contains("\r\nConnection: close\r\n"));
  }
}

TEST_F(HttpServerTest, SeveralRequestsInOnePieceAreAnsweredInOrder) {
  Connection connection = connect();
  const std::string answered = talk(connection, "GET /metrics?1 HTTP/1.1\r\n\r\nGET /metrics?2 HTTP/1.0\r\n\r\n");
  EXPECT_LT(answered.find("q=1"), answered.find("q=2"));
  EXPECT_NE(answered.find("q=2"), std::string::npos);
}

TEST_F(HttpServerTest, ManySilentClientsDoNotKeepOthersOut) {
  std::vector<Connection> silent;
  for (std::size_t i = 0; i < HttpServer::kMaxConnections; ++i) silent.push_back(connect());
  const auto response = call("GET", "/metrics");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  // The first had to go for it.
  EXPECT_EQ(loop_.run_task(silent.front().fill()).end, IoEnd::kEof);
}

TEST_F(HttpServerTest, DestroyingItClosesAll) {
  Connection connection = connect();
  ASSERT_TRUE(call("GET", "/metrics"));
  server_.reset();
  EXPECT_NE(loop_.run_task(connection.fill()).end, IoEnd::kOk);
  EXPECT_FALSE(call("GET", "/metrics"));
}

TEST(HttpServerAddress, IsReadAsGoPrintsIt) {
  EventLoop loop;
  HttpServer server(loop, [](const ServerRequest&) { return ServerResponse{}; });
  for (const auto* address : {":0", "0.0.0.0:0", "[::1]:0", "127.0.0.1:0"}) {
    const auto listening = server.listen(address);
    // Where there is no IPv6, that is no fault of the address.
    EXPECT_TRUE(listening || !listening.error().is(Code::kInvalid)) << address;
  }
  EXPECT_GT(server.port(), 0);
  for (const auto* address : {"", "8080", "localhost:x", "localhost:80", ":99999", ":", ":80x"}) {
    EXPECT_EQ(server.listen(address).error().code, Code::kInvalid) << address;
  }
  EXPECT_EQ(server.listen("127.0.0.1:" + std::to_string(server.port())).error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace snapstash::wire
