#include "kernel/kube/proxy.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

TEST(Proxy, ReadsUrls) {
  EXPECT_EQ(parse_proxy("http://proxy.example.org:3128"), (wire::Proxy{"http", "proxy.example.org", 3128, "", ""}));
  EXPECT_EQ(parse_proxy("https://proxy/ignored?x"), (wire::Proxy{"https", "proxy", 443, "", ""}));
  EXPECT_EQ(parse_proxy("proxy:8080"), (wire::Proxy{"http", "proxy", 8080, "", ""}));
  EXPECT_EQ(parse_proxy("http://[::1]:1"), (wire::Proxy{"http", "::1", 1, "", ""}));
  EXPECT_EQ(parse_proxy("http://jo%40x:p%3Aw@proxy"), (wire::Proxy{"http", "proxy", 80, "jo@x", "p:w"}));
  EXPECT_EQ(parse_proxy("http://jo@proxy"), (wire::Proxy{"http", "proxy", 80, "jo", ""}));
}

TEST(Proxy, RefusesOtherSchemesWithoutShowingThePassword) {
  const auto proxy = parse_proxy("socks5://u:secret@proxy:1080");
  ASSERT_FALSE(proxy);
  EXPECT_EQ(proxy.error().code, Code::kInvalid);
  EXPECT_EQ(proxy.error().message, "a proxy of scheme \"socks5\" is not supported; use http or https");
  const auto bad_port = parse_proxy("http://u:secret@proxy:x");
  ASSERT_FALSE(bad_port);
  EXPECT_EQ(bad_port.error().message.find("secret"), std::string::npos);
}

struct ExemptCase {
  const char* list;
  const char* host;
  std::uint16_t port;
  bool exempt;
};

TEST(Proxy, NoProxyRules) {
  const ExemptCase cases[] = {
      {"", "api.example.org", 443, false},
      {"", "localhost", 443, true},
      {"", "127.8.9.1", 443, true},
      {"", "::1", 443, true},
      {"", "128.0.0.1", 443, false},
      {"*", "api.example.org", 443, true},
      {"example.org", "api.example.org", 443, true},
      {"example.org", "example.org", 443, true},
      {"example.org", "notexample.org", 443, false},
      {".example.org", "api.example.org", 443, true},
      {".example.org", "example.org", 443, false},
      {"*.example.org", "api.example.org", 443, true},
      {"EXAMPLE.org", "API.example.ORG", 443, true},
      {"other, example.org", "example.org", 443, true},
      {"example.org:6443", "example.org", 6443, true},
      {"example.org:6443", "example.org", 443, false},
      {"10.0.0.1", "10.0.0.1", 443, true},
      {"10.0.0.1:443", "10.0.0.1", 443, true},
      {"10.0.0.1:444", "10.0.0.1", 443, false},
      {"10.0.0.1", "10.0.0.11", 443, false},
      {"10.0.0.0/8", "10.9.9.9", 443, true},
      {"10.0.0.0/8", "11.0.0.1", 443, false},
      {"10.128.0.0/9", "10.127.0.1", 443, false},
      {"0.0.0.0/0", "11.0.0.1", 443, true},
      {"10.0.0.0/33", "10.0.0.0", 443, false},
      {"10.0.0.0/x", "10.0.0.0", 443, false},
      {"10.0.0.0/8", "example.org", 443, false},
      {"fd00::/8", "fd12::1", 443, true},
      {"fd00::/8", "fe80::1", 443, false},
      {"fd12::1", "fd12:0::1", 443, true},
      {"[fd12::1]:443", "fd12::1", 443, true},
      {"[fd12::1]:444", "fd12::1", 443, false},
      {"[", "fd12::1", 443, false},
      {":443", "example.org", 443, false},
      {",,", "example.org", 443, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(is_exempt_from_proxy(c.list, c.host, c.port), c.exempt) << c.list << " for " << c.host << ":" << c.port;
  }
}

TEST(Proxy, TheEnvironmentNamesOnePerScheme) {
  const wire::Endpoint secure{.scheme = "https", .host = "api.example.org"};
  const wire::Endpoint plain{.scheme = "http", .host = "api.example.org", .port = 80};
  const Environment both{{"HTTPS_PROXY", "s"}, {"HTTP_PROXY", "p"}};
  EXPECT_EQ(proxy_from_environment(both, secure), "s");
  EXPECT_EQ(proxy_from_environment(both, plain), "p");
  EXPECT_EQ(proxy_from_environment({}, secure), "");
  EXPECT_EQ(proxy_from_environment({{"https_proxy", "s"}}, secure), "s");
  EXPECT_EQ(proxy_from_environment({{"https_proxy", "s"}, {"no_proxy", "example.org"}}, secure), "");
  EXPECT_EQ(proxy_from_environment({{"HTTP_PROXY", "p"}, {"REQUEST_METHOD", "GET"}}, plain), "");
}

}  // namespace
}  // namespace snapstash::kube
