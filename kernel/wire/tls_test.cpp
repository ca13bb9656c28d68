#include "kernel/wire/tls.hpp"

#include <semaphore>

#include <gtest/gtest.h>

#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/scripted_server.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// Answers every request of one connection, and notes the name that the client asked for.
ScriptedServer::Script serve_tls(ServerTls tls, std::string* sni = nullptr) {
  return [tls = std::move(tls), sni](Peer& peer) {
    const std::string name = peer.start_tls(tls);
    if (sni != nullptr) *sni = name;
    try {
      for (;;) {
        peer.read_head();
        peer.send(kHello);
      }
    } catch (const std::runtime_error&) {
      return;  // the client has gone
    }
  };
}

/// For handshakes that must fail on this side, too.
ScriptedServer::Script refused_tls(ServerTls tls) {
  return [tls = std::move(tls)](Peer& peer) {
    try {
      peer.start_tls(tls);
      peer.read_head();
    } catch (const std::runtime_error&) {
      return;
    }
    throw std::runtime_error("the client accepted what it must not accept");
  };
}

class TlsTest : public testing::Test {
 protected:
  void serve(std::vector<ScriptedServer::Script> scripts) {
    server_ = std::make_unique<ScriptedServer>(std::move(scripts));
  }
  void connect(Tls tls, std::string host = "127.0.0.1") {
    Endpoint endpoint;
    endpoint.host = std::move(host);
    endpoint.port = server_->port();
    endpoint.tls = std::move(tls);
    transport_ = HttpTransport::make(loop_, endpoint).value();
  }
  Result<Response> get(Duration timeout = 30s) {
    Request request;
    request.timeout = timeout;
    return loop_.run_task(transport_->call(request));
  }
  void finish() {
    transport_.reset();
    server_->join();
  }
  /// Offers `identity` and expects that a client with `tls` does not talk to it.
  void expect_refused(const Identity& identity, Tls tls, std::string_view why) {
    serve({refused_tls({.identity = identity})});
    connect(std::move(tls));
    const auto response = get();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Code::kUnavailable);
    EXPECT_TRUE(response.error().message.contains(why)) << response.error().message;
    finish();
  }

  EventLoop loop_;
  TestCa ca_{"first"};
  TestCa other_ca_{"second"};
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(TlsTest, AnAddressIsVerifiedAsOneAndNotSentAsName) {
  std::string sni = "?";
  serve({serve_tls({.identity = ca_.issue("DNS:x,IP:127.0.0.1")}, &sni)});
  connect({.ca_pem = ca_.pem()});
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "hello");
  finish();
  EXPECT_EQ(sni, "");
}

TEST_F(TlsTest, AnotherServerNameIsBothSentAndVerified) {
  std::string sni;
  serve({serve_tls({.identity = ca_.issue("DNS:api.example.org")}, &sni)});
  connect({.ca_pem = ca_.pem(), .server_name = "api.example.org"});
  EXPECT_TRUE(get());
  EXPECT_TRUE(get());
  finish();
  EXPECT_EQ(sni, "api.example.org");
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(TlsTest, AHostNameIsResolvedSentAndVerified) {
  std::string sni;
  serve({serve_tls({.identity = ca_.issue("DNS:localhost"), .only_tls12 = true}, &sni)});
  connect({.ca_pem = ca_.pem()}, "localhost");
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message;
  finish();
  EXPECT_EQ(sni, "localhost");
}

TEST_F(TlsTest, AnyOfSeveralAuthoritiesWillDo) {
  serve({serve_tls({.identity = other_ca_.issue("IP:127.0.0.1")})});
  connect({.ca_pem = "# the old one\n" + ca_.pem() + "\n# the new one\n" + other_ca_.pem()});
  EXPECT_TRUE(get());
  finish();
}

TEST_F(TlsTest, WrongNamesAreRefused) {
  expect_refused(ca_.issue("IP:127.0.0.2"), {.ca_pem = ca_.pem()}, "IP address mismatch");
  expect_refused(ca_.issue("DNS:127.0.0.1"), {.ca_pem = ca_.pem()}, "IP address mismatch");
  expect_refused(ca_.issue(""), {.ca_pem = ca_.pem()}, "IP address mismatch");
  expect_refused(
      ca_.issue("DNS:other.example.org"), {.ca_pem = ca_.pem(), .server_name = "api.example.org"}, "hostname mismatch"
  );
  expect_refused(
      ca_.issue("DNS:a*.example.org"), {.ca_pem = ca_.pem(), .server_name = "api.example.org"}, "hostname mismatch"
  );
}

TEST_F(TlsTest, WrongAuthoritiesAreRefused) {
  const Identity identity = ca_.issue("IP:127.0.0.1");
  expect_refused(identity, {.ca_pem = other_ca_.pem()}, "unable to get local issuer certificate");
  // Without a CA the system's are trusted; ours is not one of them.
  expect_refused(identity, {}, "unable to get local issuer certificate");
}

TEST_F(TlsTest, VerificationCanBeSwitchedOff) {
  serve({serve_tls({.identity = ca_.issue("DNS:x")})});
  connect({.insecure_skip_verify = true});
  EXPECT_TRUE(get());
  finish();
}

TEST_F(TlsTest, OldProtocolsAreRefused) {
  serve({refused_tls({.identity = ca_.issue("IP:127.0.0.1"), .only_tls11 = true})});
  connect({.ca_pem = ca_.pem()});
  const auto response = get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kUnavailable);
  finish();
}

TEST_F(TlsTest, WhatDoesNotSpeakTlsIsUnavailable) {
  serve({[](Peer& peer) {
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.wait_for_close();
  }});
  connect({.ca_pem = ca_.pem()});
  EXPECT_EQ(get().error().code, Code::kUnavailable);
  finish();
}

TEST_F(TlsTest, AHandshakeThatNeverEndsIsNothingSent) {
  serve({[](Peer& peer) { peer.wait_for_close(); }});
  connect({.ca_pem = ca_.pem()});
  EXPECT_EQ(get(30ms).error().code, Code::kUnavailable);
  finish();
}

TEST_F(TlsTest, TheClientCertificateIsShown) {
  const Identity client = ca_.issue("DNS:client");
  serve({serve_tls({.identity = ca_.issue("IP:127.0.0.1"), .client_ca_pem = ca_.pem()})});
  connect({.ca_pem = ca_.pem(), .certificate_pem = client.certificate_pem, .key_pem = client.key_pem});
  const auto response = get();
  EXPECT_TRUE(response) << response.error().message;
  finish();
}

TEST_F(TlsTest, AClientCertificateThatIsNotAcceptedIsUnauthorized) {
  const Identity client = other_ca_.issue("DNS:client");
  for (const bool only_tls12 : {false, true}) {
    const ServerTls tls{.identity = ca_.issue("IP:127.0.0.1"), .client_ca_pem = ca_.pem(), .only_tls12 = only_tls12};
    serve({refused_tls(tls)});
    connect({.ca_pem = ca_.pem(), .certificate_pem = client.certificate_pem, .key_pem = client.key_pem});
    const auto response = get();
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Code::kUnauthorized) << response.error().message;
    finish();
  }
}

TEST_F(TlsTest, AnEndWithoutGoodbyeIsNoEndOfAnAnswer) {
  for (const bool goodbye : {true, false}) {
    serve({[&, goodbye](Peer& peer) {
      peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
      peer.read_head();
      peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
      if (goodbye) peer.end_tls();
    }});
    connect({.ca_pem = ca_.pem()});
    const auto response = get();
    EXPECT_EQ(response.has_value(), goodbye);
    if (!response) {
      EXPECT_EQ(response.error().code, Code::kUnknownOutcome);
    }
    finish();
  }
}

TEST_F(TlsTest, ACompleteAnswerNeedsNoGoodbye) {
  serve({[&](Peer& peer) {
    peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
    peer.read_head();
    peer.send(kHello);
  }});
  connect({.ca_pem = ca_.pem()});
  EXPECT_TRUE(get());
  finish();
}

TEST_F(TlsTest, LargeBodiesPassBothWays) {
  const std::string body(3 << 20, 'b');
  serve({[&](Peer& peer) {
    peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
    peer.read_head();
    const std::string received = peer.read_exactly(body.size());
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(received.size()) + "\r\n\r\n" + received);
    peer.wait_for_close();
  }});
  connect({.ca_pem = ca_.pem()});
  Request request;
  request.method = "PUT";
  request.body = body;
  const auto response = loop_.run_task(transport_->call(request));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(response->body == body);
  finish();
}

TEST_F(TlsTest, UnusableTextsAreInvalid) {
  const Identity one = ca_.issue("DNS:a");
  const Identity two = ca_.issue("DNS:b");
  for (const Tls& tls :
       {Tls{.ca_pem = "no certificate"}, Tls{.certificate_pem = "x", .key_pem = one.key_pem},
        Tls{.certificate_pem = one.certificate_pem, .key_pem = "x"},
        Tls{.certificate_pem = one.certificate_pem, .key_pem = ""},
        Tls{.certificate_pem = one.certificate_pem, .key_pem = two.key_pem},
        Tls{.ca_pem = ca_.pem(), .insecure_skip_verify = true}}) {
    const auto context = make_tls_context(tls);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code, Code::kInvalid);
  }
}

TEST_F(TlsTest, ANewAuthorityIsForNewConnectionsAndLeavesStreamsAlone) {
  const auto stream_tls = [&](Peer& peer) {
    peer.start_tls({.identity = ca_.issue("IP:127.0.0.1")});
    peer.read_head();
    peer.send(kHello);
    peer.wait_for_close();
  };
  serve({stream_tls, serve_tls({.identity = other_ca_.issue("IP:127.0.0.1")})});
  connect({.ca_pem = ca_.pem()});
  auto opened = loop_.run_task(transport_->open({}));
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE(transport_->replace_tls({.ca_pem = other_ca_.pem()}));
  EXPECT_EQ(loop_.run_task(opened->body->read()).value(), "hello");
  opened->body.reset();
  EXPECT_TRUE(get());
  finish();
}

TEST_F(TlsTest, ANewAuthorityClosesIdleConnections) {
  serve({serve_tls({.identity = ca_.issue("IP:127.0.0.1")}), serve_tls({.identity = ca_.issue("IP:127.0.0.1")})});
  connect({.ca_pem = ca_.pem()});
  ASSERT_TRUE(get());
  ASSERT_TRUE(transport_->replace_tls({.ca_pem = ca_.pem()}));  // the same: nothing happens
  ASSERT_TRUE(get());
  ASSERT_TRUE(transport_->replace_tls({.ca_pem = ca_.pem() + other_ca_.pem()}));
  ASSERT_TRUE(get());
  finish();
  EXPECT_EQ(server_->connections(), 2U);
}

TEST_F(TlsTest, AnUnusableReplacementChangesNothing) {
  serve({serve_tls({.identity = ca_.issue("IP:127.0.0.1")})});
  connect({.ca_pem = ca_.pem()});
  ASSERT_TRUE(get());
  EXPECT_EQ(transport_->replace_tls({.ca_pem = "torn off in the middle of writing"}).error().code, Code::kInvalid);
  EXPECT_TRUE(get());
  finish();
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(TlsTest, ANewClientCertificateBreaksStreams) {
  const Identity first = ca_.issue("DNS:client");
  const Identity second = ca_.issue("DNS:client");
  const ServerTls tls{.identity = ca_.issue("IP:127.0.0.1"), .client_ca_pem = ca_.pem()};
  serve(
      {[&](Peer& peer) {
         peer.start_tls(tls);
         peer.read_head();
         peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
         peer.wait_for_close();
       },
       serve_tls(tls)}
  );
  connect({.ca_pem = ca_.pem(), .certificate_pem = first.certificate_pem, .key_pem = first.key_pem});
  auto opened = loop_.run_task(transport_->open({}));
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE(transport_->replace_tls(
      {.ca_pem = ca_.pem(), .certificate_pem = second.certificate_pem, .key_pem = second.key_pem}
  ));
  EXPECT_EQ(loop_.run_task(opened->body->read()).error().code, Code::kUnknownOutcome);
  EXPECT_TRUE(get());
  opened->body.reset();
  finish();
}

}  // namespace
}  // namespace snapstash::wire
