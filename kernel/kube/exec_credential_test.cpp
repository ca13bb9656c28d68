#include "kernel/kube/exec_credential.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kV1 = "client.authentication.k8s.io/v1";
constexpr const char* kV1Beta1 = "client.authentication.k8s.io/v1beta1";

ExecConfig plugin(std::string version = kV1, std::string mode = "IfAvailable") {
  return {.command = "aws", .api_version = std::move(version), .interactive_mode = std::move(mode)};
}

std::string refusal(const auto& result) {
  EXPECT_FALSE(result);
  if (result) return "accepted";
  EXPECT_EQ(result.error().code, Code::kInvalid);
  return result.error().message;
}

TEST(ExecConfig, WhatMustBeGiven) {
  EXPECT_TRUE(check_exec_config(plugin()));
  EXPECT_TRUE(check_exec_config(plugin(kV1Beta1, "")));
  EXPECT_TRUE(check_exec_config(plugin(kV1, "Never")));
  EXPECT_TRUE(check_exec_config(plugin(kV1, "Always")));
  EXPECT_THAT(refusal(check_exec_config({})), HasSubstr("no command"));
  EXPECT_THAT(refusal(check_exec_config(plugin(""))), HasSubstr("no apiVersion"));
  EXPECT_THAT(
      refusal(check_exec_config(plugin("client.authentication.k8s.io/v1alpha1"))),
      HasSubstr("v1alpha1, which Kubernetes has removed or never had; update aws")
  );
  EXPECT_THAT(refusal(check_exec_config(plugin(kV1, ""))), HasSubstr("no interactiveMode"));
  EXPECT_THAT(refusal(check_exec_config(plugin(kV1Beta1, "Maybe"))), HasSubstr("\"Maybe\""));
}

TEST(ExecConfig, InteractiveModes) {
  EXPECT_EQ(is_interactive(plugin(kV1, "Never"), true), false);
  EXPECT_EQ(is_interactive(plugin(kV1, "IfAvailable"), true), true);
  EXPECT_EQ(is_interactive(plugin(kV1, "IfAvailable"), false), false);
  EXPECT_EQ(is_interactive(plugin(kV1Beta1, ""), true), true);
  EXPECT_EQ(is_interactive(plugin(kV1, "Always"), true), true);
  EXPECT_EQ(
      refusal(is_interactive(plugin(kV1, "Always"), false)), "aws must ask on a terminal, and standard input is none"
  );
}

TEST(ExecInfo, WithoutCluster) {
  EXPECT_EQ(
      make_exec_info(plugin(), false, nullptr, "ca"),
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}})"
  );
}

TEST(ExecInfo, WithCluster) {
  Cluster cluster{
      .server = "https://a",
      .tls_server_name = "n",
      .insecure_skip_tls_verify = true,
      .proxy_url = "http://p",
      .disable_compression = true,
  };
  cluster.extensions = {
      {"other", json::Value(1)}, {"client.authentication.k8s.io/exec", json::Object{{"audience", "x"}}}
  };
  EXPECT_EQ(
      make_exec_info(plugin(kV1Beta1), true, &cluster, "ca"),
      R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":true,)"
      R"("cluster":{"server":"https://a","tls-server-name":"n","insecure-skip-tls-verify":true,)"
      R"("certificate-authority-data":"Y2E=","proxy-url":"http://p","disable-compression":true,)"
      R"("config":{"audience":"x"}}}})"
  );
  const Cluster plain{.server = "https://a"};
  EXPECT_THAT(make_exec_info(plugin(), true, &plain, ""), HasSubstr(R"("cluster":{"server":"https://a"}})"));
}

std::string printed(std::string_view status) {
  return std::string(R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)") +
         std::string(status) + "}";
}

TEST(ExecCredential, ATokenWithItsExpiry) {
  const auto credential =
      parse_exec_credential(printed(R"({"token":"t","expirationTimestamp":"2026-01-01T00:00:10Z"})"), kV1);
  EXPECT_EQ(credential, (ExecCredential{.token = "t", .expires = parse_time("2026-01-01T00:00:10Z")}));
}

TEST(ExecCredential, ACertificateWithItsKey) {
  const auto credential =
      parse_exec_credential(printed(R"({"clientCertificateData":"c","clientKeyData":"k","token":null})"), kV1);
  EXPECT_EQ(credential, (ExecCredential{.certificate_pem = "c", .key_pem = "k"}));
}

TEST(ExecCredential, YamlIsAcceptedToo) {
  const auto credential = parse_exec_credential(
      "apiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus: {token: t}\n", kV1
  );
  EXPECT_EQ(credential, (ExecCredential{.token = "t"}));
}

TEST(ExecCredential, WhatIsRefused) {
  EXPECT_THAT(refusal(parse_exec_credential("", kV1)), HasSubstr("did not print"));
  EXPECT_THAT(refusal(parse_exec_credential("please log in", kV1)), HasSubstr("did not print"));
  EXPECT_THAT(refusal(parse_exec_credential("{}", kV1)), HasSubstr("kind ExecCredential"));
  EXPECT_THAT(refusal(parse_exec_credential(printed(R"({"token":"t"})"), kV1Beta1)), HasSubstr("make them equal"));
  EXPECT_THAT(refusal(parse_exec_credential(printed("null"), kV1)), HasSubstr("no status"));
  EXPECT_THAT(refusal(parse_exec_credential(printed("{}"), kV1)), HasSubstr("neither"));
  EXPECT_THAT(refusal(parse_exec_credential(printed(R"({"clientKeyData":"k"})"), kV1)), HasSubstr("only one of"));
  EXPECT_THAT(
      refusal(parse_exec_credential(printed(R"({"token":"t","clientCertificateData":"c"})"), kV1)),
      HasSubstr("only one of")
  );
  EXPECT_THAT(
      refusal(parse_exec_credential(printed(R"({"token":"t","expirationTimestamp":"soon"})"), kV1)),
      HasSubstr("not a time")
  );
}

TEST(ExecCredential, ErrorsNeverShowWhatWasPrinted) {
  EXPECT_THAT(refusal(parse_exec_credential("secret: [", kV1)), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal(parse_exec_credential(printed(R"({"token":123456})"), kV1)), Not(HasSubstr("123456")));
}

}  // namespace
}  // namespace snapstash::kube
