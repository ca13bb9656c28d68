#include "kernel/wire/websocket.hpp"

#include <array>
#include <semaphore>

#include <gtest/gtest.h>

#include "kernel/base/race.hpp"
#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/scripted_server.hpp"
#include "kernel/wire/tcp.hpp"
#include "kernel/wire/websocket_accept.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

constexpr int kBinary = 0x2, kText = 0x1, kClose = 0x8, kPing = 0x9, kPong = 0xA;

std::string accept(Peer& peer, const std::string& protocol = "v5.channel.k8s.io") {
  std::string head = peer.read_head();
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      websocket_accept(head) + "\r\n";
  if (!protocol.empty()) answer += "Sec-WebSocket-Protocol: " + protocol + "\r\n";
  peer.send(answer + "\r\n");
  return head;
}

std::string frame(int opcode, const std::string& payload, bool final = true) {
  std::string bytes(1, static_cast<char>(opcode | (final ? 0x80 : 0)));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += {127, 0, 0, 0, 0};
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift & 0xFF);
  }
  return bytes + payload;
}

std::string close_frame(unsigned code, const std::string& reason) {
  return frame(kClose, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + reason);
}

struct Frame {
  int opcode;
  std::string payload;
};

/// Reads a client's frame, which must be masked.
Frame read_frame(Peer& peer) {
  const auto byte = [&] { return static_cast<unsigned char>(peer.read_exactly(1)[0]); };
  const int opcode = byte() & 0xF;
  const unsigned second = byte();
  if ((second & 0x80) == 0) throw std::runtime_error("a client masks its frames");
  std::size_t size = second & 0x7F;
  if (size >= 126) {
    std::size_t left = size == 126 ? 2 : 8;
    for (size = 0; left > 0; --left) size = size << 8 | byte();
  }
  const std::string mask = peer.read_exactly(4);
  std::string payload = peer.read_exactly(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return {opcode, payload};
}

class WebSocketTest : public testing::Test {
 protected:
  void serve(ScriptedServer::Script script) {
    std::vector<ScriptedServer::Script> scripts{std::move(script)};
    server_ = std::make_unique<ScriptedServer>(std::move(scripts));
  }
  Result<std::unique_ptr<WebSocket>> upgrade(std::string scheme = "http") {
    Endpoint endpoint;
    endpoint.scheme = std::move(scheme);
    endpoint.host = "127.0.0.1";
    endpoint.port = server_->port();
    endpoint.path_prefix = "/prefix";
    endpoint.tls.ca_pem = ca_.pem();
    endpoint.headers = {{"User-Agent", "snapstash/1"}};
    transport_ = HttpTransport::make(loop_, endpoint).value();
    Request request;
    request.target = "/exec?command=ls";
    request.headers = {{"Authorization", "Bearer t"}};
    return loop_.run_task(transport_->upgrade(request, {"v5.channel.k8s.io", "v4.channel.k8s.io"}));
  }
  Result<std::unique_ptr<WebSocket>> open_with(Patience patience) {
    const auto open = [](EventLoop& loop, std::uint16_t port,
                         Patience with) -> Task<Result<std::unique_ptr<WebSocket>>> {
      StreamHandle stream = co_await connect_tcp(loop, "127.0.0.1", port, 5s);
      Opening opening{"host", "/", {}, {"v5.channel.k8s.io"}};
      co_return co_await open_websocket(loop, std::move(stream), std::move(opening), with).as_result();
    };
    return loop_.run_task(open(loop_, server_->port(), patience));
  }
  Result<std::optional<std::string>> receive(WebSocket& socket) { return loop_.run_task(socket.receive()); }

  EventLoop loop_;
  TestCa ca_{"ca"};
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(WebSocketTest, EchoesBinaryMessagesOverTls) {
  std::string head;
  serve([&](Peer& peer) {
    peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
    head = accept(peer);
    for (int i = 0; i < 3; ++i) {
      const Frame received = read_frame(peer);
      if (received.opcode != kBinary) throw std::runtime_error("not binary");
      peer.send(frame(kBinary, received.payload));
    }
    peer.send(close_frame(1000, ""));
    if (read_frame(peer).opcode != kClose) throw std::runtime_error("no close in answer");
    peer.wait_for_close();
  });
  auto socket = upgrade("https");
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ((*socket)->protocol(), "v5.channel.k8s.io");
  for (const std::string& message : {std::string("\0abc", 4), std::string(), std::string(100'000, 'x')}) {
    ASSERT_TRUE(loop_.run_task((*socket)->send(message)));
    EXPECT_EQ(receive(**socket).value(), message);
  }
  EXPECT_EQ(receive(**socket).value(), std::nullopt);
  EXPECT_EQ(receive(**socket).value(), std::nullopt);
  server_->join();
  EXPECT_TRUE(head.starts_with("GET /prefix/exec?command=ls HTTP/1.1\r\n")) << head;
  EXPECT_TRUE(head.contains("\r\nSec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n")) << head;
  EXPECT_TRUE(head.contains("\r\nAuthorization: Bearer t\r\n")) << head;
  EXPECT_TRUE(head.contains("\r\nUser-Agent: snapstash/1\r\n")) << head;
}

TEST_F(WebSocketTest, PiecesAndPingsAreHandledBelow) {
  serve([](Peer& peer) {
    accept(peer, "v4.channel.k8s.io");
    peer.send(frame(kBinary, "ab", false) + frame(kPing, "are you there") + frame(0, "cd"));
    const Frame pong = read_frame(peer);
    if (pong.opcode != kPong || pong.payload != "are you there") throw std::runtime_error("no pong");
    peer.wait_for_close();
  });
  auto socket = upgrade();
  ASSERT_TRUE(socket);
  EXPECT_EQ((*socket)->protocol(), "v4.channel.k8s.io");
  EXPECT_EQ(receive(**socket).value(), "abcd");
  // The pong leaves with the next turns of the loop.
  loop_.run_task(until(loop_, loop_.now() + 5ms));
  socket->reset();
  server_->join();
}

TEST_F(WebSocketTest, ARefusalCarriesStatusAndText) {
  const std::string body = R"({"kind":"Status","reason":"Forbidden"})" + std::string(5000, ' ');
  serve([&](Peer& peer) {
    peer.read_head();
    peer.send(
        "HTTP/1.1 403 Forbidden\r\nRetry-After: 7\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body
    );
    peer.wait_for_close();
  });
  const auto socket = upgrade();
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, Code::kUnavailable);
  EXPECT_EQ(socket.error().http_status, 403);
  EXPECT_EQ(socket.error().message, body);
  EXPECT_EQ(socket.error().retry_after, 7s);
  server_->join();
}

TEST_F(WebSocketTest, OnlyAnOfferedProtocolIsAccepted) {
  for (const auto* protocol : {"", "v1.channel.k8s.io"}) {
    serve([protocol](Peer& peer) {
      accept(peer, protocol);
      peer.wait_for_close();
    });
    const auto socket = upgrade();
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().code, Code::kMalformed) << socket.error().message;
    server_->join();
  }
}

TEST_F(WebSocketTest, AWrongProofIsMalformed) {
  serve([](Peer& peer) {
    peer.read_head();
    peer.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        "bm90IHlvdXJzIQ==\r\n\r\n"
    );
    peer.wait_for_close();
  });
  const auto socket = upgrade();
  ASSERT_FALSE(socket);
  EXPECT_NE(socket.error().code, Code::kUnknownOutcome);
  server_->join();
}

TEST_F(WebSocketTest, NoAnswerIsAnUnknownOutcome) {
  serve([](Peer& peer) { peer.read_head(); });
  EXPECT_EQ(upgrade().error().code, Code::kUnknownOutcome);
  server_->join();
}

TEST_F(WebSocketTest, BadEndsAreErrors) {
  struct Case {
    std::string bytes;
    Code code;
  };
  for (const auto& [bytes, code] :
       {Case{close_frame(1011, "kubelet went away"), Code::kUnknownOutcome}, Case{"", Code::kUnknownOutcome},
        Case{frame(kBinary, "part", false), Code::kUnknownOutcome}, Case{frame(kText, "text"), Code::kMalformed},
        Case{frame(0x3, "reserved"), Code::kMalformed},
        Case{frame(kBinary, std::string(5 << 20, 'x')), Code::kMalformed}}) {
    serve([&bytes](Peer& peer) {
      accept(peer);
      try {
        peer.send(bytes);
      } catch (const std::runtime_error&) {
        return;  // it was too large for the client
      }
    });
    auto socket = upgrade();
    ASSERT_TRUE(socket) << socket.error().message;
    for (int i = 0; i < 2; ++i) {
      const auto received = receive(**socket);
      ASSERT_FALSE(received);
      EXPECT_EQ(received.error().code, code) << received.error().message;
    }
    server_->join();
  }
}

TEST_F(WebSocketTest, ReceivingMayBeGivenUpAndTakenUpAgain) {
  std::binary_semaphore next(0);
  serve([&](Peer& peer) {
    accept(peer);
    next.acquire();
    peer.send(frame(kBinary, "late"));
    peer.wait_for_close();
  });
  auto socket = upgrade();
  ASSERT_TRUE(socket);
  EXPECT_EQ(loop_.run_task(with_timeout(loop_, 5ms, (*socket)->receive())).error().code, Code::kTimeout);
  next.release();
  EXPECT_EQ(receive(**socket).value(), "late");
  socket->reset();
  server_->join();
}

TEST_F(WebSocketTest, DestroyingItClosesTheConnectionAlsoAmidACall) {
  serve([](Peer& peer) {
    accept(peer);
    peer.wait_for_close();
  });
  auto socket = upgrade();
  ASSERT_TRUE(socket);
  {
    auto receiving = (*socket)->receive();
    receiving.start([] {});
    auto sending = (*socket)->send(std::string(8 << 20, 'x'));
    sending.start([] {});
    socket->reset();
  }
  server_->join();
}

TEST_F(WebSocketTest, ASilentPeerIsGivenUpWhileSomebodyWaits) {
  serve([](Peer& peer) {
    accept(peer);
    for (int i = 0; i < 3; ++i) {
      if (read_frame(peer).opcode != kPing) throw std::runtime_error("no ping");
    }
    peer.wait_for_close();
  });
  auto socket = open_with({.ping_every = 5ms, .silence = 50ms});
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(receive(**socket).error().code, Code::kUnknownOutcome);
  server_->join();
}

TEST_F(WebSocketTest, APeerThatAnswersPingsIsWaitedFor) {
  serve([](Peer& peer) {
    accept(peer);
    for (int i = 0; i < 60; ++i) {
      const Frame ping = read_frame(peer);
      peer.send(frame(kPong, ping.payload));
    }
    peer.send(frame(kBinary, "at last"));
    peer.wait_for_close();
  });
  // Sixty pings take longer than the silence that would end it.
  auto socket = open_with({.ping_every = 10ms, .silence = 500ms});
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(receive(**socket).value(), "at last");
  socket->reset();
  server_->join();
}

TEST_F(WebSocketTest, APeerThatTakesNothingIsGivenUp) {
  std::binary_semaphore done(0);
  serve([&](Peer& peer) {
    accept(peer);
    done.acquire();
  });
  auto socket = open_with({.writing = 50ms});
  ASSERT_TRUE(socket) << socket.error().message;
  EXPECT_EQ(loop_.run_task((*socket)->send(std::string(64 << 20, 'x'))).error().code, Code::kUnknownOutcome);
  EXPECT_FALSE(receive(**socket));
  done.release();
  server_->join();
}

TEST_F(WebSocketTest, TheOpeningMayBeGivenUp) {
  serve([](Peer& peer) { peer.wait_for_close(); });
  Endpoint endpoint;
  endpoint.scheme = "http";
  endpoint.host = "127.0.0.1";
  endpoint.port = server_->port();
  transport_ = HttpTransport::make(loop_, endpoint).value();
  Request request;
  request.timeout = 20ms;
  EXPECT_EQ(loop_.run_task(transport_->upgrade(request, {"p"})).error().code, Code::kUnknownOutcome);
  server_->join();
}

}  // namespace
}  // namespace snapstash::wire
