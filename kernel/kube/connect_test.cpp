#include "kernel/kube/connect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kCa = "-----BEGIN CERTIFICATE-----\nca\n-----END CERTIFICATE-----\n";

/// Keeps what was said.
class KeepingLog final : public Log {
 public:
  void write(Level, std::string_view message, std::span<const LogField>) override { messages.emplace_back(message); }
  std::vector<std::string> messages;
};

class FixedRunner final : public ProcessRunner {
 public:
  Task<Result<wire::ProcessResult>> run(wire::ProcessSpec spec) override {
    last = std::move(spec);
    co_return wire::ProcessResult{
        0, R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",)"
           R"("status":{"token":"t","clientCertificateData":"c","clientKeyData":"k"}})"
    };
  }
  wire::ProcessSpec last;
};

struct ConnectTest : testing::Test {
  ConnectTest() { access.endpoint = {.host = "a", .tls = {.server_name = "n"}}; }

  Result<wire::Headers> headers_of(const CredentialSource& source) {
    access.credential = source;
    const auto connection = connect(access, ports);
    if (!connection) return fail(connection.error());
    return executor.run_task(connection->credentials->headers());
  }

  ManualExecutor executor;
  MemoryFiles files{{"/ca", kCa}, {"/token", "from-file\n"}};
  KeepingLog log;
  FixedRunner runner;
  ConnectionPorts ports{files, executor, executor.clock(), log, &runner};
  ClusterAccess access;
};

TEST_F(ConnectTest, EachCredentialSource) {
  EXPECT_EQ(headers_of(NoCredential{}), wire::Headers());
  EXPECT_EQ(headers_of(StaticToken{"t"}), (wire::Headers{{"Authorization", "Bearer t"}}));
  EXPECT_EQ(headers_of(BasicLogin{"a", "b"}), (wire::Headers{{"Authorization", "Basic YTpi"}}));
  EXPECT_EQ(headers_of(TokenFile{"/token", ""}), (wire::Headers{{"Authorization", "Bearer from-file"}}));
}

TEST_F(ConnectTest, ImpersonationIsAdded) {
  access.impersonation.user = "jane";
  EXPECT_EQ(headers_of(StaticToken{"t"}), (wire::Headers{{"Authorization", "Bearer t"}, {"Impersonate-User", "jane"}}));
}

TEST_F(ConnectTest, TheEndpointGetsTheTexts) {
  access.tls.certificate_authority.file = "/ca";
  const auto connection = connect(access, ports);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->endpoint.host, "a");
  EXPECT_EQ(connection->endpoint.tls, (wire::Tls{.ca_pem = kCa, .server_name = "n"}));
  access.tls.certificate_authority.file = "/gone";
  EXPECT_THAT(connect(access, ports).error().message, HasSubstr("/gone"));
}

TEST_F(ConnectTest, APluginsCertificateReachesTls) {
  access.tls.certificate_authority.file = "/ca";
  ExecPlugin plugin;
  plugin.config = {
      .command = "aws",
      .api_version = "client.authentication.k8s.io/v1",
      .provide_cluster_info = true,
      .interactive_mode = "Never",
  };
  access.credential = plugin;
  auto connection = connect(access, ports);
  ASSERT_TRUE(connection);
  std::vector<std::string> certificates;
  connection->tls->watch([&](const wire::Tls& tls) -> Result<void> {
    certificates.push_back(tls.certificate_pem);
    return {};
  });
  const auto headers = executor.run_task(connection->credentials->headers());
  EXPECT_EQ(headers, (wire::Headers{{"Authorization", "Bearer t"}}));
  EXPECT_THAT(certificates, ElementsAre("c"));
  EXPECT_THAT(runner.last.env.at(0).second, HasSubstr("certificate-authority-data"));
}

TEST_F(ConnectTest, PluginsNeedARunner) {
  ports.runner = nullptr;
  ExecPlugin plugin;
  plugin.config.command = "aws";
  const auto headers = headers_of(plugin);
  ASSERT_FALSE(headers);
  EXPECT_EQ(headers.error().code, Code::kInvalid);
  EXPECT_THAT(headers.error().message, HasSubstr("credential plugin aws"));
}

TEST_F(ConnectTest, WarningsAreLogged) {
  access.warnings = {"one", "two"};
  ASSERT_TRUE(connect(access, ports));
  EXPECT_THAT(log.messages, ElementsAre("one", "two"));
}

}  // namespace
}  // namespace snapstash::kube
