#include "kernel/wire/url.hpp"

#include <gtest/gtest.h>

#include "kernel/wire/endpoint.hpp"

namespace snapstash::wire {
namespace {

TEST(Url, HasParts) {
  const auto url = parse_url("HTTPS://Jo%40x:p%3Aw@API.example.org:6443/K8s/a%2Fb?q=1#f", "https");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user, "Jo@x");
  EXPECT_EQ(url->password, "p:w");
  EXPECT_EQ(url->host, "api.example.org");
  EXPECT_EQ(url->port, 6443);
  EXPECT_EQ(url->path, "/K8s/a%2Fb");
}

TEST(Url, NeedsNoSchemeAndNoPort) {
  const auto url = parse_url("proxy", "http");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->host, "proxy");
  EXPECT_EQ(url->port, 0);
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(parse_url("proxy:3128", "http")->port, 3128);
  EXPECT_EQ(parse_url("[fd00::1]:3128", "http")->host, "fd00::1");
}

TEST(Url, RefusalsNameTheReasonButNoSecret) {
  for (const auto* text :
       {"", "https://", "https://:443", "https://u:secret@a:99999", "https://u:secret@a b", "https://u:secret@a:0",
        "https://[fd00::1"}) {
    const auto url = parse_url(text, "https");
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Code::kInvalid);
    EXPECT_TRUE(url.error().message.contains("is not a URL")) << url.error().message;
    EXPECT_FALSE(url.error().message.contains("secret")) << url.error().message;
  }
}

TEST(Endpoint, KeepsThePrefixAndDropsTheRest) {
  const auto endpoint = parse_endpoint("https://rancher.example.org/k8s/clusters/c-x/?a=b#c");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "rancher.example.org");
  EXPECT_EQ(endpoint->port, 443);
  EXPECT_EQ(endpoint->path_prefix, "/k8s/clusters/c-x");
  EXPECT_EQ(parse_endpoint("https://a/")->path_prefix, "");
}

TEST(Endpoint, DefaultsDependOnTheScheme) {
  EXPECT_EQ(parse_endpoint("http://a")->port, 80);
  EXPECT_EQ(parse_endpoint("10.96.0.1")->scheme, "https");
  EXPECT_EQ(parse_endpoint("https://[fd00::1]:6443")->host, "fd00::1");
  EXPECT_EQ(parse_endpoint("unix://a").error().code, Code::kInvalid);
}

}  // namespace
}  // namespace snapstash::wire
