#include "features/cli/run.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/connection.hpp"
#include "kernel/base/manual_executor.hpp"
#include "kernel/runtime/scripted_transport.hpp"

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Run : testing::Test {
  std::ostringstream out, err;
  kube::Environment environment;
  int run(std::vector<std::string> arguments) {
    return cli::run(std::move(arguments), {out, err, environment, "0.1.0", false});
  }
};

TEST_F(Run, VersionOfTheClientNeedsNoCluster) {
  EXPECT_EQ(run({"version", "--client"}), 0);
  EXPECT_EQ(out.str(), "Client: 0.1.0\n");
}

TEST_F(Run, SaysWhenNoClusterIsConfigured) {
  EXPECT_EQ(run({"get"}), 1);
  EXPECT_THAT(err.str(), HasSubstr("error: no cluster is configured: use --kubeconfig"));
}

TEST_F(Run, NamesAMissingKubeconfig) {
  EXPECT_EQ(run({"get", "--kubeconfig=/nowhere/config"}), 1);
  EXPECT_THAT(err.str(), HasSubstr("/nowhere/config"));
}

TEST_F(Run, NothingListensThere) {
  EXPECT_EQ(run({"get", "-s", "http://127.0.0.1:1"}), 1);
  EXPECT_THAT(err.str(), HasSubstr("Is the cluster at http://127.0.0.1:1 running"));
}

TEST_F(Run, MisuseIsTwo) {
  EXPECT_EQ(run({"frobnicate"}), 2);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("kubectl stash"));
}

TEST_F(Run, CompletesWithoutACluster) {
  EXPECT_EQ(run({"__complete", "trig"}), 0);
  EXPECT_EQ(out.str(), "trigger\n:4\n");
  out.str("");
  EXPECT_EQ(run({"__complete", "trigger", ""}), 0);
  EXPECT_EQ(out.str(), ":4\n");
  EXPECT_EQ(err.str(), "");
}

TEST_F(Run, PrintsTheScriptOfAShell) {
  EXPECT_EQ(run({"completion", "bash"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("complete -F _kubectl_stash kubectl-stash"));
  EXPECT_EQ(run({"completion", "csh"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("csh"));
}

TEST_F(Run, PrintsAnObjectWithoutACluster) {
  EXPECT_EQ(
      run({"create", "restoresession", "back", "-n", "demo", "--claim.name=a", "--claim.datasource=b", "-o", "yaml"}), 0
  );
  EXPECT_THAT(out.str(), HasSubstr("kind: RestoreSession\nmetadata:\n  name: back\n  namespace: demo\n"));
  EXPECT_EQ(err.str(), "");
  EXPECT_EQ(run({"create", "backupconfig", "web", "--task=x", "-o", "json"}), 1);
  EXPECT_THAT(err.str(), HasSubstr("warning: --task is read by Stash's Restic driver only"));
  EXPECT_THAT(err.str(), HasSubstr("spec.target: name what to back up"));
}

TEST_F(Run, OutputThatIsLostIsNoSuccess) {
  out.setstate(std::ios::badbit);
  EXPECT_EQ(run({"version", "--client"}), 1);
}

TEST(Timeout, IsThatOfEveryRequest) {
  ManualExecutor executor;
  runtime::ScriptedTransport inner(executor);
  const auto timeout_of = [&](std::optional<Duration> given) {
    inner.answers.push_back({});
    TimedTransport timed(inner, given);
    EXPECT_TRUE(executor.run_task(timed.call({.timeout = 30s})));
    return inner.requests.back().timeout;
  };
  EXPECT_EQ(timeout_of(std::nullopt), 30s);
  EXPECT_EQ(timeout_of(5s), 5s);
  EXPECT_GE(timeout_of(0s), 24h);
}

}  // namespace
}  // namespace snapstash::cli
