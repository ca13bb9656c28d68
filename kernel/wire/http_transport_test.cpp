#include "kernel/wire/http_transport.hpp"

#include <semaphore>

#include <gtest/gtest.h>

#include "kernel/base/race.hpp"
#include "kernel/wire/scripted_server.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

Request request(std::string method, std::string target = "/x", std::string body = {}) {
  Request made;
  made.method = std::move(method);
  made.target = std::move(target);
  made.body = std::move(body);
  return made;
}

ScriptedServer::Script answer_once(std::string_view bytes) {
  return [bytes](Peer& peer) {
    peer.read_head();
    peer.send(bytes);
    peer.wait_for_close();
  };
}

class HttpTransportTest : public testing::Test {
 protected:
  void serve(std::vector<ScriptedServer::Script> scripts) {
    server_ = std::make_unique<ScriptedServer>(std::move(scripts));
    Endpoint endpoint;
    endpoint.scheme = "http";
    endpoint.host = "127.0.0.1";
    endpoint.port = server_->port();
    transport_ = HttpTransport::make(loop_, endpoint).value();
  }
  Result<Response> call(Request made) { return loop_.run_task(transport_->call(std::move(made))); }
  Result<StreamResponse> open(Request made) { return loop_.run_task(transport_->open(std::move(made))); }
  /// Lets the client go, so that scripts which wait for that end, and rethrows what a script threw.
  void finish() {
    transport_.reset();
    server_->join();
  }
  void expect_error(const Result<Response>& result, Code code) {
    ASSERT_FALSE(result) << result->status;
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_EQ(result.error().http_status, 0);
    EXPECT_TRUE(result.error().message.contains(" /x: ")) << result.error().message;
  }

  EventLoop loop_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(HttpTransportTest, CallsAndReturnsTheWholeAnswer) {
  std::string seen;
  serve({[&](Peer& peer) {
    seen = peer.read_head() + peer.read_exactly(4);
    peer.send("HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\nWarning: w\r\n\r\nhello");
    peer.wait_for_close();
  }});
  const auto response = call(request("POST", "/x?y=z", "body"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 409);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->headers.find("warning"), "w");
  finish();
  EXPECT_EQ(
      seen, "POST /x?y=z HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) +
                "\r\nAccept-Encoding: identity\r\nContent-Length: 4\r\n\r\nbody"
  );
}

TEST_F(HttpTransportTest, OneConnectionServesManyCallsCutAnywhere) {
  const auto cut_everywhere = [](Peer& peer) {
    for (std::size_t at = 0; at <= kHello.size(); ++at) {
      peer.read_head();
      peer.send(kHello.substr(0, at));
      peer.send(kHello.substr(at));
    }
    peer.wait_for_close();
  };
  serve({cut_everywhere});
  for (std::size_t at = 0; at <= kHello.size(); ++at) {
    const auto response = call(request("GET"));
    ASSERT_TRUE(response) << at << ": " << response.error().message;
    EXPECT_EQ(response->body, "hello") << at;
  }
  finish();
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(HttpTransportTest, ConnectionsAreNotKeptAgainstTheServersWill) {
  const auto* const closing =
      "HTTP/1.1 429 Too Many\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n";
  serve(
      {answer_once(closing), answer_once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nunasked"),
       answer_once("HTTP/1.1 204 No\r\n\r\n")}
  );
  EXPECT_EQ(call(request("GET")).value().status, 429);
  EXPECT_EQ(call(request("GET")).value().status, 200);
  EXPECT_EQ(call(request("GET")).value().status, 204);
  finish();
  EXPECT_EQ(server_->connections(), 3U);
}

TEST_F(HttpTransportTest, AnswersWithoutBodyKeepTheConnection) {
  serve({[](Peer& peer) {
    for (const auto* answer :
         {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx"}) {
      peer.read_head();
      peer.send(answer);
    }
    peer.wait_for_close();
  }});
  EXPECT_EQ(call(request("DELETE")).value().status, 204);
  EXPECT_EQ(call(request("GET")).value().status, 304);
  EXPECT_EQ(call(request("HEAD")).value().status, 200);
  EXPECT_EQ(call(request("GET")).value().body, "x");
  finish();
  EXPECT_EQ(server_->connections(), 1U);
}

/// Answers one call, takes another one's head, and goes.
void answer_then_leave(Peer& peer) {
  peer.read_head();
  peer.send(kHello);
  peer.read_head();
}

TEST_F(HttpTransportTest, AStaleConnectionIsReplacedForSafeMethods) {
  serve({answer_then_leave, answer_once(kHello)});
  ASSERT_TRUE(call(request("GET")));
  EXPECT_EQ(call(request("GET")).value().body, "hello");
  finish();
}

TEST_F(HttpTransportTest, AStaleConnectionIsReplacedOnlyOnce) {
  serve({answer_then_leave, [](Peer& peer) { peer.read_head(); }});
  ASSERT_TRUE(call(request("GET")));
  expect_error(call(request("GET")), Code::kUnknownOutcome);
  server_->join();
}

TEST_F(HttpTransportTest, AnythingElseOnAStaleConnectionHasAnUnknownOutcome) {
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    serve({answer_then_leave});
    ASSERT_TRUE(call(request("GET")));
    expect_error(call(request(method)), Code::kUnknownOutcome);
    server_->join();
  }
}

TEST_F(HttpTransportTest, AConnectionThatBeganToAnswerIsNotReplaced) {
  serve({[](Peer& peer) {
    answer_then_leave(peer);
    peer.send("HTTP/1.1 2");
  }});
  ASSERT_TRUE(call(request("GET")));
  expect_error(call(request("GET")), Code::kUnknownOutcome);
  server_->join();
}

TEST_F(HttpTransportTest, AConnectionThatClosedWhileIdleIsNotUsedEvenAtTheLastMoment) {
  std::binary_semaphore closed(0);
  serve(
      {[&](Peer& peer) {
         peer.read_head();
         peer.send(kHello);
         peer.close();
         closed.release();
       },
       answer_once(kHello)}
  );
  ASSERT_TRUE(call(request("GET")));
  closed.acquire();
  // The loop did not run since: the call itself has to look.
  const auto posted = call(request("POST"));
  EXPECT_TRUE(posted) << posted.error().message;
  finish();
}

TEST_F(HttpTransportTest, ResetsBeforeAndAmidAnAnswerAreUnknownOutcomes) {
  for (const std::size_t sent : {0U, 10U, 30U, 40U, 42U}) {
    ASSERT_LT(sent, kHello.size());
    serve({[sent](Peer& peer) {
      peer.read_head();
      peer.send(kHello.substr(0, sent));
      peer.reset();
    }});
    expect_error(call(request("GET")), Code::kUnknownOutcome);
    server_->join();
  }
}

TEST_F(HttpTransportTest, AnOrderlyEndAmidAnAnswerIsNoEndOfTheAnswer) {
  for (const std::string_view part : {kHello.substr(0, 10), kHello.substr(0, 40), kChunkedHead}) {
    serve({[part](Peer& peer) {
      peer.read_head();
      peer.send(part);
    }});
    expect_error(call(request("GET")), Code::kUnknownOutcome);
    server_->join();
  }
}

TEST_F(HttpTransportTest, AnAnswerWithoutLengthEndsWithTheConnection) {
  serve({[](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
  }});
  EXPECT_EQ(call(request("GET")).value().body, "hello");
  server_->join();
}

TEST_F(HttpTransportTest, WithoutAConnectionNothingWasDone) {
  serve({});
  server_->join();
  expect_error(call(request("POST")), Code::kUnavailable);
}

TEST_F(HttpTransportTest, OnlyHttpIsUnderstood) {
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x');
  for (const std::string_view bytes :
       {std::string_view("SSH-2.0-x\r\n"), std::string_view(endless), std::string_view("HTTP/1.1 101 Switching\r\n\r\n")
       }) {
    serve({answer_once(bytes)});
    expect_error(call(request("GET")), Code::kMalformed);
    finish();
  }
}

TEST_F(HttpTransportTest, LargeHeadsAndBodiesArrive) {
  const std::string body(5 << 20, 'b');
  const std::string bytes = "HTTP/1.1 200 OK\r\nWarning: " + std::string(40'000, 'w') +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  serve({answer_once(bytes)});
  const auto response = call(request("GET"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->headers.find("Warning")->size(), 40'000U);
  EXPECT_TRUE(response->body == body);
  finish();
}

TEST_F(HttpTransportTest, LargeRequestsAreSent) {
  const std::string body(5 << 20, 'b');
  serve({[&](Peer& peer) {
    peer.read_head();
    if (peer.read_exactly(body.size()) != body) throw std::runtime_error("another body");
    peer.send(kHello);
    peer.wait_for_close();
  }});
  EXPECT_TRUE(call(request("PUT", "/x", body)));
  finish();
}

TEST_F(HttpTransportTest, AnAnswerCountsAlsoWhenTheRequestWasNotReadToItsEnd) {
  serve({[](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
  }});
  const auto response = call(request("POST", "/x", std::string(20 << 20, 'b')));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413);
  server_->join();
}

TEST_F(HttpTransportTest, TooLateIsAnUnknownOutcomeOnceSent) {
  serve({[](Peer& peer) { peer.wait_for_close(); }});
  Request made = request("GET");
  made.timeout = 30ms;
  expect_error(call(made), Code::kUnknownOutcome);
  server_->join();
}

TEST_F(HttpTransportTest, ATimeoutMayBeNone) {
  serve({answer_once(kHello)});
  Request made = request("GET");
  made.timeout = Duration::max();
  EXPECT_TRUE(call(made));
  finish();
}

TEST_F(HttpTransportTest, RequestsThatCannotBeSentAreInvalid) {
  serve({});
  Request made = request("GET");
  made.headers.add("X", "a\r\nY: b");
  EXPECT_EQ(call(made).error().code, Code::kInvalid);
  EXPECT_EQ(open(made).error().code, Code::kInvalid);
  EXPECT_EQ(loop_.run_task(transport_->upgrade(made, {})).error().code, Code::kInvalid);
}

TEST_F(HttpTransportTest, CallsAtTheSameTimeHaveConnectionsOfTheirOwn) {
  std::vector<ScriptedServer::Script> scripts(
      20, answer_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
  );
  serve(std::move(scripts));
  std::vector<Task<Result<Response>>> calls;
  for (int i = 0; i < 20; ++i) calls.push_back(transport_->call(request("GET")));
  for (const auto& response : loop_.run_task(all(loop_, std::move(calls)))) {
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "ok");
  }
  finish();
  EXPECT_EQ(server_->connections(), 20U);
}

TEST_F(HttpTransportTest, AStreamDeliversEachPieceAtOnce) {
  std::binary_semaphore next(0);
  serve({[&](Peer& peer) {
    peer.read_head();
    peer.send(kChunkedHead);
    for (const auto* piece : {"3\r\none\r\n", "3\r\ntwo\r\n", "5\r\nthree\r\n"}) {
      next.acquire();
      peer.send(piece);
    }
    next.acquire();
    peer.send("0\r\n\r\n");
    peer.wait_for_close();
  }});
  auto opened = open(request("GET"));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->status, 200);
  for (const auto* piece : {"one", "two", "three", "", ""}) {
    next.release();
    EXPECT_EQ(loop_.run_task(opened->body->read()).value(), piece);
  }
  opened->body.reset();
  finish();
}

TEST_F(HttpTransportTest, AStreamCutAnywhereGivesTheSame) {
  const std::string text = std::string(kChunkedHead) + "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
  std::vector<ScriptedServer::Script> scripts;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    scripts.push_back([&text, at](Peer& peer) {
      peer.read_head();
      peer.send(std::string_view(text).substr(0, at));
      peer.send(std::string_view(text).substr(at));
      peer.wait_for_close();
    });
  }
  const std::size_t count = scripts.size();
  serve(std::move(scripts));
  const auto read_all = [](std::unique_ptr<Stream> stream) -> Task<Result<std::string>> {
    std::string all;
    for (;;) {
      const std::string piece = co_await stream->read();
      if (piece.empty()) co_return all;
      all += piece;
    }
  };
  for (std::size_t at = 0; at < count; ++at) {
    auto opened = open(request("GET"));
    ASSERT_TRUE(opened) << at;
    EXPECT_EQ(loop_.run_task(read_all(std::move(opened->body))).value(), "abcde") << at;
  }
  finish();
}

TEST_F(HttpTransportTest, AStreamThatBreaksSaysSo) {
  serve(
      {[](Peer& peer) {
         peer.read_head();
         peer.send(std::string(kChunkedHead) + "3\r\none\r\n");
         peer.reset();
       },
       answer_once(std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a length\r\n"))}
  );
  const auto read_twice = [](std::unique_ptr<Stream> stream) -> Task<Result<std::string>> {
    co_await stream->read().as_result();
    co_return co_await stream->read().as_result();
  };
  auto broken = open(request("GET"));
  if (broken) {
    EXPECT_EQ(loop_.run_task(read_twice(std::move(broken->body))).error().code, Code::kUnknownOutcome);
  } else {
    EXPECT_EQ(broken.error().code, Code::kUnknownOutcome);
  }
  auto malformed = open(request("GET"));
  const Code code = malformed ? loop_.run_task(malformed->body->read()).error().code : malformed.error().code;
  EXPECT_EQ(code, Code::kMalformed);
  malformed = fail(Code::kCancelled, "");
  finish();
}

TEST_F(HttpTransportTest, AnErrorStatusIsAStreamToo) {
  serve({answer_once("HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone")});
  auto opened = open(request("GET"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->status, 410);
  EXPECT_EQ(loop_.run_task(opened->body->read()).value(), "gone");
  opened->body.reset();
  finish();
}

TEST_F(HttpTransportTest, ReadingMayBeGivenUpAndTakenUpAgain) {
  std::binary_semaphore next(0);
  serve({[&](Peer& peer) {
    peer.read_head();
    peer.send(kChunkedHead);
    next.acquire();
    peer.send("3\r\none\r\n");
    peer.wait_for_close();
  }});
  auto opened = open(request("GET"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(loop_.run_task(with_timeout(loop_, 5ms, opened->body->read())).error().code, Code::kTimeout);
  next.release();
  EXPECT_EQ(loop_.run_task(opened->body->read()).value(), "one");
  opened->body.reset();
  finish();
}

TEST_F(HttpTransportTest, DestroyingAStreamAmidAReadClosesItsConnection) {
  std::binary_semaphore closed(0);
  serve({[&](Peer& peer) {
    peer.read_head();
    peer.send(kChunkedHead);
    peer.wait_for_close();
    closed.release();
  }});
  auto opened = open(request("GET"));
  ASSERT_TRUE(opened);
  {
    auto reading = opened->body->read();
    reading.start([] {});
  }
  opened->body.reset();
  closed.acquire();
  finish();
}

TEST_F(HttpTransportTest, AStreamMayOutliveTheTransport) {
  serve({answer_once("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")});
  auto opened = open(request("GET"));
  ASSERT_TRUE(opened);
  transport_.reset();
  EXPECT_EQ(loop_.run_task(opened->body->read()).value(), "late");
  opened->body.reset();
  finish();
}

TEST_F(HttpTransportTest, ACallMayBeDestroyedAtAnyPointAndClosesItsConnection) {
  serve({[](Peer& peer) { peer.wait_for_close(); }, [](Peer& peer) { peer.wait_for_close(); }});
  {
    auto never_ran = transport_->call(request("GET"));
    auto just_started = transport_->call(request("GET"));
    just_started.start([] {});
  }
  for (const auto enough : {1ms, 20ms}) {
    EXPECT_EQ(
        loop_.run_task(with_timeout(loop_, enough, transport_->call(request("GET")))).error().code, Code::kTimeout
    );
  }
  server_->stop();
}

TEST_F(HttpTransportTest, TheLoopMayEndWhileAReadIsUnderWay) {
  ScriptedServer server({[&](Peer& peer) {
    peer.read_head();
    peer.send(kChunkedHead);
    peer.wait_for_close();
  }});
  {
    EventLoop loop;
    Endpoint endpoint;
    endpoint.scheme = "http";
    endpoint.host = "127.0.0.1";
    endpoint.port = server.port();
    const auto transport = HttpTransport::make(loop, endpoint).value();
    const auto opened = loop.run_task(transport->open(request("GET")));
    ASSERT_TRUE(opened);
    auto waiting = opened->body->read();
    waiting.start([] {});
  }
  server.join();
}

}  // namespace
}  // namespace snapstash::wire
