#include "kernel/kube/cluster_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Kubeconfig sample() {
  Kubeconfig config;
  config.files = {"/cfg"};
  config.current_context = "dev";
  config.contexts["dev"] = {.cluster = "c", .user = "u", .file = "/cfg"};
  config.contexts["prod"] = {.cluster = "p", .user = "v", .name_space = "backups", .file = "/cfg"};
  config.clusters["c"] = {.server = "https://dev:6443", .file = "/cfg"};
  config.clusters["p"] = {.server = "https://prod/k8s/clusters/c-x/?q#f", .file = "/cfg"};
  config.users["u"] = {.token = "dev-token", .file = "/cfg"};
  config.users["v"] = {.username = "jane", .password = "pw", .file = "/cfg"};
  return config;
}

ClusterAccess access(const Kubeconfig& config, const Overrides& overrides = {}) {
  auto made = make_cluster_access(config, overrides);
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : ClusterAccess();
}

std::string refusal(const Kubeconfig& config, const Overrides& overrides = {}) {
  const auto made = make_cluster_access(config, overrides);
  if (made) return "accepted";
  EXPECT_EQ(made.error().code, Code::kInvalid);
  return made.error().message;
}

TEST(ClusterAccess, TheCurrentContextIsUsed) {
  const auto dev = access(sample());
  EXPECT_EQ(dev.context, "dev");
  EXPECT_EQ(dev.endpoint.scheme, "https");
  EXPECT_EQ(dev.endpoint.host, "dev");
  EXPECT_EQ(dev.endpoint.port, 6443);
  EXPECT_EQ(dev.name_space, "default");
  EXPECT_EQ(dev.credential, CredentialSource(StaticToken{"dev-token"}));
  EXPECT_THAT(dev.warnings, IsEmpty());
}

TEST(ClusterAccess, AnotherContextByName) {
  const auto prod = access(sample(), {.context = "prod"});
  EXPECT_EQ(prod.endpoint.host, "prod");
  EXPECT_EQ(prod.endpoint.port, 443);
  EXPECT_EQ(prod.endpoint.path_prefix, "/k8s/clusters/c-x");
  EXPECT_EQ(prod.name_space, "backups");
  EXPECT_EQ(prod.credential, CredentialSource(BasicLogin{"jane", "pw"}));
}

TEST(ClusterAccess, ClusterUserAndNamespaceOfTheCommandLineWin) {
  const auto mixed = access(sample(), {.cluster = "p", .user = "v", .name_space = "x"});
  EXPECT_EQ(mixed.endpoint.host, "prod");
  EXPECT_EQ(mixed.credential, CredentialSource(BasicLogin{"jane", "pw"}));
  EXPECT_EQ(mixed.name_space, "x");
}

TEST(ClusterAccess, MissingEntriesAreNamedWithWhatThereIs) {
  EXPECT_EQ(refusal(sample(), {.context = "x"}), "context \"x\" does not exist in /cfg; contexts there: dev, prod");
  EXPECT_EQ(refusal(sample(), {.cluster = "x"}), "cluster \"x\" does not exist in /cfg; clusters there: c, p");
  EXPECT_EQ(refusal(sample(), {.user = "x"}), "user \"x\" does not exist in /cfg; users there: u, v");
  auto dangling = sample();
  dangling.contexts["dev"].user = "gone";
  EXPECT_EQ(refusal(dangling), "user \"gone\", which context \"dev\" names, does not exist in /cfg; users there: u, v");
}

TEST(ClusterAccess, WithoutAContextSomethingElseMustNameTheServer) {
  auto config = sample();
  config.current_context = "";
  EXPECT_EQ(
      refusal(config),
      "no context is chosen: set current-context in /cfg, or name one with --context; contexts there: dev, prod"
  );
  EXPECT_EQ(access(config, {.cluster = "c"}).endpoint.host, "dev");
  const auto by_server = access(Kubeconfig(), {.server = "https://other", .token = "t"});
  EXPECT_EQ(by_server.endpoint.host, "other");
  EXPECT_EQ(by_server.credential, CredentialSource(StaticToken{"t"}));
  EXPECT_THAT(refusal(Kubeconfig()), HasSubstr("contexts there: none"));
}

TEST(ClusterAccess, AClusterNeedsAServer) {
  auto config = sample();
  config.clusters["c"].server = "";
  EXPECT_EQ(refusal(config), "cluster \"c\" in /cfg has no server");
  config.contexts["dev"].cluster = "";
  EXPECT_EQ(refusal(config), "context \"dev\" names no cluster");
  config.contexts["dev"].cluster = "c";
  config.clusters["c"].server = "ftp://x";
  EXPECT_THAT(refusal(config), HasSubstr("the server of cluster \"c\" in /cfg: "));
}

TEST(ClusterAccess, AUserMayBeMissing) {
  auto config = sample();
  config.contexts["dev"].user = "";
  EXPECT_EQ(access(config).credential, CredentialSource(NoCredential{}));
}

TEST(ClusterAccess, DataIsDecodedAndWinsOverTheFile) {
  auto config = sample();
  config.clusters["c"].certificate_authority_data = "Y2E=";
  config.clusters["c"].certificate_authority = "/ca.pem";
  config.users["u"] = {.client_certificate = "/cert.pem", .client_key_data = "a2V5", .file = "/cfg"};
  const auto made = access(config);
  EXPECT_EQ(made.tls.certificate_authority, (Pem{.data = "ca"}));
  EXPECT_EQ(made.tls.client_certificate, (Pem{.file = "/cert.pem"}));
  EXPECT_EQ(made.tls.client_key, (Pem{.data = "key"}));
  EXPECT_THAT(
      made.warnings, ElementsAre("cluster \"c\" in /cfg: certificate-authority-data is used, "
                                 "certificate-authority is ignored")
  );
  config.clusters["c"].certificate_authority_data = "?";
  EXPECT_EQ(refusal(config), "cluster \"c\" in /cfg: certificate-authority-data is not base64");
}

TEST(ClusterAccess, CertificateAndKeyComeTogether) {
  auto config = sample();
  config.users["u"] = {.client_certificate = "/cert.pem", .file = "/cfg"};
  EXPECT_EQ(refusal(config), "user \"u\" in /cfg has a client-certificate without a client-key");
  config.users["u"] = {.client_key = "/key.pem", .file = "/cfg"};
  EXPECT_EQ(refusal(config), "user \"u\" in /cfg has a client-key without a client-certificate");
}

TEST(ClusterAccess, ACertificateGoesWithAToken) {
  auto config = sample();
  config.users["u"].client_certificate = "/cert.pem";
  config.users["u"].client_key = "/key.pem";
  const auto made = access(config);
  EXPECT_EQ(made.credential, CredentialSource(StaticToken{"dev-token"}));
  EXPECT_EQ(made.tls.client_key.file, "/key.pem");
}

TEST(ClusterAccess, InsecureWithACertificateAuthorityIsRefused) {
  auto config = sample();
  config.clusters["c"].insecure_skip_tls_verify = true;
  EXPECT_TRUE(access(config).endpoint.tls.insecure_skip_verify);
  config.clusters["c"].certificate_authority = "/ca.pem";
  EXPECT_EQ(
      refusal(config),
      "cluster \"c\" in /cfg has both insecure-skip-tls-verify and a certificate authority; "
      "remove one of them"
  );
  const auto insecure = access(config, {.insecure_skip_tls_verify = true});
  EXPECT_TRUE(insecure.tls.certificate_authority.empty());
  const auto trusting = access(config, {.certificate_authority = "/other.pem"});
  EXPECT_FALSE(trusting.endpoint.tls.insecure_skip_verify);
  EXPECT_EQ(trusting.tls.certificate_authority.file, "/other.pem");
  EXPECT_EQ(access(config, {.insecure_skip_tls_verify = false}).tls.certificate_authority.file, "/ca.pem");
  EXPECT_NE(refusal(config, {.certificate_authority = "/o", .insecure_skip_tls_verify = true}), "accepted");
}

TEST(ClusterAccess, TheFilesServerNameDoesNotCountForAnotherServer) {
  auto config = sample();
  config.clusters["c"].tls_server_name = "inner";
  EXPECT_EQ(access(config).endpoint.tls.server_name, "inner");
  EXPECT_EQ(access(config, {.server = "https://b"}).endpoint.tls.server_name, "");
  EXPECT_EQ(access(config, {.tls_server_name = "other"}).endpoint.tls.server_name, "other");
  EXPECT_EQ(access(config, {.server = "https://b", .tls_server_name = "other"}).endpoint.tls.server_name, "other");
}

TEST(ClusterAccess, ATokenFileHasTheTokenAsItsInitialValue) {
  auto config = sample();
  config.users["u"].token_file = "/token";
  EXPECT_EQ(access(config).credential, CredentialSource(TokenFile{"/token", "dev-token"}));
}

TEST(ClusterAccess, TwoMethodsAreRefusedUnlessTheCommandLineChooses) {
  auto config = sample();
  config.users["u"].username = "jane";
  EXPECT_EQ(
      refusal(config),
      "user \"u\" in /cfg has more than one authentication method: token and username/password; "
      "remove one of them"
  );
  EXPECT_EQ(access(config, {.token = "t"}).credential, CredentialSource(StaticToken{"t"}));
  EXPECT_EQ(access(config, {.username = "a", .password = "b"}).credential, CredentialSource(BasicLogin{"a", "b"}));
}

TEST(ClusterAccess, AuthProvidersAreGone) {
  auto config = sample();
  config.users["u"] = {.auth_provider = AuthProvider{"gcp"}, .file = "/cfg"};
  EXPECT_EQ(
      refusal(config),
      "user \"u\" in /cfg uses auth-provider \"gcp\", which Kubernetes has removed; use an exec "
      "plugin or a token instead"
  );
  EXPECT_EQ(access(config, {.token = "t"}).credential, CredentialSource(StaticToken{"t"}));
}

TEST(ClusterAccess, AnExecPluginGetsTheClusterAsUsed) {
  auto config = sample();
  const ExecConfig plugin{
      .command = "aws", .api_version = "client.authentication.k8s.io/v1", .interactive_mode = "IfAvailable"
  };
  config.users["u"] = {.exec = plugin, .file = "/cfg"};
  const auto made = access(config, {.server = "https://b"});
  const auto& chosen = std::get<ExecPlugin>(made.credential);
  EXPECT_EQ(chosen.config, plugin);
  EXPECT_EQ(chosen.cluster.server, "https://b");
  config.users["u"].token = "t";
  const auto skipped = access(config);
  EXPECT_EQ(skipped.credential, CredentialSource(StaticToken{"t"}));
  EXPECT_THAT(skipped.warnings, ElementsAre(HasSubstr("the exec plugin is not run")));
  config.users["u"].exec->command = "";
  EXPECT_EQ(refusal(config), "user \"u\" in /cfg: its exec plugin has no command");
  config.users["u"].exec->command = "aws";
  config.users["u"].auth_provider = AuthProvider{"oidc"};
  EXPECT_THAT(refusal(config), HasSubstr("auth-provider"));
}

TEST(ClusterAccess, ABrokenTokenIsRefusedUnseen) {
  auto config = sample();
  config.users["u"].token = "two words";
  EXPECT_THAT(refusal(config), HasSubstr("user \"u\" in /cfg: the token contains"));
}

TEST(ClusterAccess, CredentialsAreForHttpsOnly) {
  auto config = sample();
  config.clusters["c"].server = "http://dev:8080";
  config.users["u"].client_certificate = "/cert.pem";
  config.users["u"].client_key = "/key.pem";
  const auto made = access(config);
  EXPECT_EQ(made.credential, CredentialSource(NoCredential{}));
  EXPECT_TRUE(made.tls.client_certificate.empty());
  EXPECT_THAT(
      made.warnings, ElementsAre("cluster \"c\" in /cfg is not https, so the credentials of user \"u\" in /cfg "
                                 "are not sent to it")
  );
}

TEST(ClusterAccess, AServerWithoutSchemeIsHttps) {
  EXPECT_EQ(access(sample(), {.server = "10.0.0.1:6443"}).endpoint.scheme, "https");
}

TEST(ClusterAccess, Impersonation) {
  auto config = sample();
  config.users["u"].as = "jane";
  config.users["u"].as_groups = {"g"};
  EXPECT_EQ(access(config).impersonation, (Impersonation{.user = "jane", .groups = {"g"}}));
  EXPECT_EQ(access(config, {.as = {.user = "joe"}}).impersonation, (Impersonation{.user = "joe", .groups = {"g"}}));
  EXPECT_EQ(
      access(config, {.as = {.uid = "1", .groups = {"h"}}}).impersonation,
      (Impersonation{.user = "jane", .uid = "1", .groups = {"h"}})
  );
  config.users["u"].as = "";
  EXPECT_THAT(refusal(config), HasSubstr("user \"u\" in /cfg: "));
}

TEST(ClusterAccess, ProxyAndCompression) {
  auto config = sample();
  config.clusters["c"].proxy_url = "http://proxy:3128";
  config.clusters["c"].disable_compression = true;
  EXPECT_EQ(access(config).endpoint.proxy->port, 3128);
  EXPECT_TRUE(access(config).disable_compression);
  EXPECT_EQ(access(config, {.proxy_url = "https://p2"}).endpoint.proxy->host, "p2");
  config.clusters["c"].proxy_url = "socks5://proxy";
  EXPECT_THAT(refusal(config), HasSubstr("the proxy-url of cluster \"c\" in /cfg: a proxy of scheme \"socks5\""));
}

TEST(ClusterAccess, RequestTimeouts) {
  EXPECT_EQ(access(sample()).request_timeout, std::nullopt);
  EXPECT_EQ(access(sample(), {.request_timeout = "0"}).request_timeout, 0s);
  EXPECT_EQ(access(sample(), {.request_timeout = "15"}).request_timeout, 15s);
  EXPECT_EQ(access(sample(), {.request_timeout = "1m30s"}).request_timeout, 90s);
  for (const char* wrong : {"soon", "-5s", "-1"}) {
    EXPECT_THAT(refusal(sample(), {.request_timeout = wrong}), HasSubstr("--request-timeout")) << wrong;
  }
}

TEST(ClusterAccess, CertificatesOfTheCommandLineReplaceData) {
  auto config = sample();
  config.users["u"] = {.client_certificate_data = "Y2VydA==", .client_key_data = "a2V5", .file = "/cfg"};
  const auto made = access(config, {.client_certificate = "/c", .client_key = "/k"});
  EXPECT_EQ(made.tls.client_certificate, (Pem{.file = "/c"}));
  EXPECT_EQ(made.tls.client_key, (Pem{.file = "/k"}));
  EXPECT_THAT(made.warnings, IsEmpty());
}

}  // namespace
}  // namespace snapstash::kube
