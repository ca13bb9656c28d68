#include "kernel/kube/process_runner.hpp"

#include <gtest/gtest.h>

#include "kernel/kube/exec_plugin.hpp"

namespace snapstash::kube {
namespace {

/// A real plugin in a shell: prints a token made of what it was told.
TEST(ProcessRunner, RunsARealCredentialPlugin) {
  wire::EventLoop loop;
  const SystemClock clock;
  const auto runner = make_process_runner(loop);
  ExecPlugin plugin;
  plugin.config = {
      .command = "sh",
      .args =
          {"-c",
           "case $KUBERNETES_EXEC_INFO in *'\"interactive\":false'*) ;; *) exit 1;; esac; "
           "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
           "\"status\":{\"token\":\"%s\"}}' \"$WHO\""},
      .env = {{"WHO", "jane"}},
      .api_version = "client.authentication.k8s.io/v1",
      .interactive_mode = "Never",
  };
  ExecPluginCredentials credentials({*runner, loop, clock}, plugin, {});
  EXPECT_EQ(loop.run_task(credentials.headers()), (wire::Headers{{"Authorization", "Bearer jane"}}));
}

TEST(ProcessRunner, AMissingPluginIsExplained) {
  wire::EventLoop loop;
  const SystemClock clock;
  const auto runner = make_process_runner(loop);
  ExecPlugin plugin;
  plugin.config = {
      .command = "snapstash-no-such-plugin",
      .api_version = "client.authentication.k8s.io/v1",
      .install_hint = "Install it",
      .interactive_mode = "Never",
  };
  ExecPluginCredentials credentials({*runner, loop, clock}, plugin, {});
  const auto headers = loop.run_task(credentials.headers());
  ASSERT_FALSE(headers);
  EXPECT_EQ(
      headers.error().message, "credential plugin snapstash-no-such-plugin: there is no such program. Install it"
  );
}

}  // namespace
}  // namespace snapstash::kube
