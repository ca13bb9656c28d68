#include <gtest/gtest.h>

#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/scripted_server.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

/// Everything through a proxy at 127.0.0.1; the server's name exists nowhere, so that nothing gets past it.
class TunnelTest : public testing::Test {
 protected:
  void serve(std::vector<ScriptedServer::Script> scripts) {
    proxy_ = std::make_unique<ScriptedServer>(std::move(scripts));
    endpoint_.host = "api.invalid";
    endpoint_.port = 6443;
    endpoint_.tls.ca_pem = ca_.pem();
    endpoint_.proxy = Proxy{"http", "127.0.0.1", proxy_->port(), "jo", "secret"};
  }
  Result<Response> get() {
    transport_ = HttpTransport::make(loop_, endpoint_).value();
    return loop_.run_task(transport_->call({}));
  }
  void finish() {
    transport_.reset();
    proxy_->join();
  }

  EventLoop loop_;
  TestCa ca_{"ca"};
  Endpoint endpoint_;
  std::unique_ptr<ScriptedServer> proxy_;
  std::unique_ptr<HttpTransport> transport_;
};

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(TunnelTest, TlsRunsInsideTheTunnel) {
  std::string asked, sni, head;
  serve({[&](Peer& peer) {
    asked = peer.read_head();
    peer.send("HTTP/1.1 200 Connection established\r\n");
    peer.send("Proxy-Agent: x\r\n\r\n");
    sni = peer.start_tls({.identity = ca_.issue("DNS:api.invalid")});
    head = peer.read_head();
    peer.send(kOk);
    peer.wait_for_close();
  }});
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "ok");
  finish();
  EXPECT_EQ(
      asked,
      "CONNECT api.invalid:6443 HTTP/1.1\r\nHost: api.invalid:6443\r\nProxy-Authorization: Basic am86c2VjcmV0\r\n\r\n"
  );
  EXPECT_EQ(sni, "api.invalid");
  EXPECT_FALSE(head.contains("Proxy-Authorization"));
}

TEST_F(TunnelTest, TheProxyItselfMaySpeakTls) {
  serve({[&](Peer& peer) {
    peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
    peer.read_head();
    peer.send("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_close();
  }});
  endpoint_.proxy->scheme = "https";
  const auto response = get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kUnavailable);
  EXPECT_TRUE(response.error().message.contains("refused with HTTP 502")) << response.error().message;
  finish();
}

TEST_F(TunnelTest, RefusalsAndNonsenseAreNothingSent) {
  for (const auto* answer :
       {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-x\r\n", "",
        "HTTP/1.1 200 OK\r\n\r\nmore than an answer"}) {
    serve({[answer](Peer& peer) {
      peer.read_head();
      peer.send(answer);
    }});
    const auto response = get();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Code::kUnavailable) << answer;
    EXPECT_TRUE(response.error().message.contains("gave no tunnel to api.invalid:6443")) << response.error().message;
    EXPECT_FALSE(response.error().message.contains("secret"));
    finish();
  }
}

TEST_F(TunnelTest, PlainHttpIsForwarded) {
  std::string head;
  serve({[&](Peer& peer) {
    head = peer.read_head();
    peer.send(kOk);
    peer.wait_for_close();
  }});
  endpoint_.scheme = "http";
  endpoint_.tls = {};
  EXPECT_EQ(get().value().body, "ok");
  finish();
  EXPECT_TRUE(head.starts_with("GET http://api.invalid:6443/ HTTP/1.1\r\n")) << head;
  EXPECT_TRUE(head.contains("\r\nProxy-Authorization: Basic am86c2VjcmV0\r\n")) << head;
}

TEST_F(TunnelTest, WebSocketsAlwaysHaveATunnel) {
  serve({[&](Peer& peer) {
    if (!peer.read_head().starts_with("CONNECT ")) throw std::runtime_error("no tunnel");
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    if (!peer.read_head().starts_with("GET /exec HTTP/1.1\r\n")) throw std::runtime_error("not through the tunnel");
    peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
    peer.wait_for_close();
  }});
  endpoint_.scheme = "http";
  transport_ = HttpTransport::make(loop_, endpoint_).value();
  Request request;
  request.target = "/exec";
  const auto socket = loop_.run_task(transport_->upgrade(request, {"p"}));
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().http_status, 404);
  EXPECT_EQ(socket.error().message, "none");
  finish();
}

}  // namespace
}  // namespace snapstash::wire
