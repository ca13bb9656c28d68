#include "kernel/wire/request_bytes.hpp"

#include <gtest/gtest.h>

namespace snapstash::wire {
namespace {

Endpoint endpoint() {
  Endpoint endpoint;
  endpoint.host = "api.example.org";
  endpoint.headers = {{"User-Agent", "snapstash/1"}};
  return endpoint;
}

Request get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

TEST(RequestBytes, AGet) {
  Request request = get("/api/v1/pods?watch=1");
  request.headers.add("Authorization", "Bearer t");
  EXPECT_EQ(
      request_bytes(request, endpoint()),
      "GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: api.example.org\r\nAuthorization: Bearer t\r\n"
      "User-Agent: snapstash/1\r\nAccept-Encoding: identity\r\n\r\n"
  );
}

TEST(RequestBytes, APostAlwaysTellsItsLength) {
  Request request = get("/x");
  request.method = "POST";
  Endpoint plain;
  plain.host = "h";
  EXPECT_EQ(
      request_bytes(request, plain),
      "POST /x HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\n\r\n"
  );
  request.body = "{}";
  EXPECT_EQ(
      request_bytes(request, plain),
      "POST /x HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"
  );
  request.method = "DELETE";
  EXPECT_TRUE(request_bytes(request, plain).contains("Content-Length: 2"));
}

TEST(RequestBytes, TheRequestsOwnHeadersWin) {
  Request request = get("/");
  request.headers = {{"user-agent", "mine"}, {"host", "other"}, {"accept-encoding", "gzip"}};
  EXPECT_EQ(
      request_bytes(request, endpoint()),
      "GET / HTTP/1.1\r\nuser-agent: mine\r\nhost: other\r\naccept-encoding: gzip\r\n\r\n"
  );
}

TEST(RequestBytes, ThePrefixComesFirst) {
  Endpoint behind = endpoint();
  behind.path_prefix = "/k8s/clusters/c-x";
  EXPECT_TRUE(request_bytes(get("/version"), behind).starts_with("GET /k8s/clusters/c-x/version HTTP/1.1\r\n"));
}

TEST(RequestBytes, HostNamesPortAndBrackets) {
  Endpoint where;
  where.host = "fd00::1";
  EXPECT_EQ(host_header(where), "[fd00::1]");
  where.port = 6443;
  EXPECT_EQ(host_header(where), "[fd00::1]:6443");
  where.host = "a";
  EXPECT_EQ(host_header(where), "a:6443");
  where.scheme = "http";
  where.port = 80;
  EXPECT_EQ(host_header(where), "a");
}

TEST(RequestBytes, AForwardingProxyIsToldTheWholeUrl) {
  Endpoint plain = endpoint();
  plain.scheme = "http";
  plain.port = 8001;
  plain.proxy = Proxy{"http", "proxy", 3128, "jo", "secret"};
  EXPECT_EQ(
      request_bytes(get("/version"), plain),
      "GET http://api.example.org:8001/version HTTP/1.1\r\nHost: api.example.org:8001\r\nUser-Agent: snapstash/1\r\n"
      "Accept-Encoding: identity\r\nProxy-Authorization: Basic am86c2VjcmV0\r\n\r\n"
  );
}

TEST(RequestBytes, ATunnelIsAskedForWithTheProxysCredentialsAlone) {
  Endpoint secure = endpoint();
  EXPECT_EQ(
      connect_bytes(secure, Proxy{"http", "proxy", 3128, "", ""}),
      "CONNECT api.example.org:443 HTTP/1.1\r\nHost: api.example.org:443\r\nUser-Agent: snapstash/1\r\n\r\n"
  );
  secure.proxy = Proxy{"http", "proxy", 3128, "jo", "p:w"};
  EXPECT_TRUE(connect_bytes(secure, *secure.proxy).contains("\r\nProxy-Authorization: Basic am86cDp3\r\n"));
  EXPECT_FALSE(request_bytes(get("/"), secure).contains("Proxy-Authorization"));
}

TEST(RequestBytes, CredentialsAreBase64OfAnyLength) {
  EXPECT_EQ(proxy_authorization({.user = "", .password = ""}), "");
  EXPECT_EQ(proxy_authorization({.user = "a", .password = ""}), "Basic YTo=");
  EXPECT_EQ(proxy_authorization({.user = "ab", .password = ""}), "Basic YWI6");
  EXPECT_EQ(proxy_authorization({.user = "abc", .password = ""}), "Basic YWJjOg==");
}

TEST(CheckRequest, RefusesWhatWouldSaySomethingElse) {
  EXPECT_TRUE(check_request(get("/a%20b?c=d,e")));
  for (const auto* target : {"", "a", "/a b", "/a\r\nX: y", "/\x7F", "http://x/"}) {
    const auto checked = check_request(get(target));
    ASSERT_FALSE(checked) << target;
    EXPECT_EQ(checked.error().code, Code::kInvalid);
  }
  Request request = get("/");
  request.headers = {{"A", "b c\td"}};
  EXPECT_TRUE(check_request(request));
  request.headers = {{"Authorization", "secret\r\nX: y"}};
  const auto injected = check_request(request);
  ASSERT_FALSE(injected);
  EXPECT_FALSE(injected.error().message.contains("secret"));
  request.headers = {{"A b", "c"}};
  EXPECT_FALSE(check_request(request));
  request.headers = {};
  request.method = "GET /x";
  EXPECT_FALSE(check_request(request));
}

}  // namespace
}  // namespace snapstash::wire
