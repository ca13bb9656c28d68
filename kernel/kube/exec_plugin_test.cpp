#include "kernel/kube/exec_plugin.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/race.hpp"

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// Answers from a list, after two seconds each; remembers what was run.
class ScriptedRunner final : public ProcessRunner {
 public:
  explicit ScriptedRunner(Executor& executor) : executor_(executor) {}

  Task<Result<wire::ProcessResult>> run(wire::ProcessSpec spec) override {
    specs.push_back(std::move(spec));
    co_await sleep_for(executor_, 2s);
    if (answers.empty()) co_return fail(Code::kNotFound, "no such file");
    auto answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  void print(std::string_view status) {
    answers.emplace_back(wire::ProcessResult{
        0, R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" +
               std::string(status) + "}"
    });
  }

  std::vector<wire::ProcessSpec> specs;
  std::deque<Result<wire::ProcessResult>> answers;

 private:
  Executor& executor_;
};

struct ExecPluginTest : testing::Test {
  ExecPluginTest() {
    plugin.config = {
        .command = "aws",
        .args = {"get-token"},
        .env = {{"PROFILE", "dev"}},
        .api_version = "client.authentication.k8s.io/v1",
        .install_hint = "See example.org",
        .interactive_mode = "IfAvailable",
    };
    plugin.cluster = {.server = "https://a"};
  }

  ExecPluginCredentials& credentials() {
    if (!made_) {
      options.on_certificate = [this](const ExecCredential& credential) -> Result<void> {
        certificates.push_back(credential.certificate_pem);
        if (credential.certificate_pem == "bad") return fail(Code::kInvalid, "not a certificate");
        return {};
      };
      made_.emplace(ExecPluginCredentials::Ports{runner, executor, executor.clock()}, plugin, options);
    }
    return *made_;
  }

  std::string show(const Result<wire::Headers>& headers) {
    if (!headers) return "error: " + headers.error().message;
    return std::string(headers->find("Authorization").value_or("none"));
  }
  std::string token() { return show(executor.run_task(credentials().headers())); }

  ManualExecutor executor;
  ScriptedRunner runner{executor};
  ExecPlugin plugin;
  ExecPluginCredentials::Options options;
  std::vector<std::string> certificates;

 private:
  std::optional<ExecPluginCredentials> made_;
};

TEST_F(ExecPluginTest, RunsThePluginOnceAndKeepsItsToken) {
  runner.print(R"({"token":"one"})");
  EXPECT_EQ(token(), "Bearer one");
  executor.advance(24h);
  EXPECT_EQ(token(), "Bearer one");
  ASSERT_EQ(runner.specs.size(), 1U);
  const wire::ProcessSpec& spec = runner.specs[0];
  EXPECT_EQ(spec.command, "aws");
  EXPECT_THAT(spec.args, ElementsAre("get-token"));
  EXPECT_THAT(
      spec.env, ElementsAre(
                    Pair("PROFILE", "dev"),
                    Pair("KUBERNETES_EXEC_INFO", AllOf(HasSubstr(R"("interactive":false)"), Not(HasSubstr("cluster"))))
                )
  );
  EXPECT_FALSE(spec.inherit_stdin);
  EXPECT_EQ(spec.timeout, 1min);
}

TEST_F(ExecPluginTest, TellsAboutTheClusterWhereAsked) {
  plugin.config.provide_cluster_info = true;
  options.ca_pem = "ca";
  runner.print(R"({"token":"one"})");
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_THAT(
      runner.specs[0].env[1].second,
      HasSubstr(R"("cluster":{"server":"https://a","certificate-authority-data":"Y2E="})")
  );
}

TEST_F(ExecPluginTest, MayAskOnATerminal) {
  options.stdin_is_terminal = true;
  runner.print(R"({"token":"one"})");
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_TRUE(runner.specs[0].inherit_stdin);
  EXPECT_EQ(runner.specs[0].timeout, 10min);
}

TEST_F(ExecPluginTest, IsNotRunWithoutTheTerminalItNeeds) {
  plugin.config.interactive_mode = "Always";
  EXPECT_EQ(token(), "error: credential plugin aws: aws must ask on a terminal, and standard input is none");
  EXPECT_TRUE(runner.specs.empty());
}

TEST_F(ExecPluginTest, RunsAgainWhenTheTokenHasExpired) {
  // Virtual time starts at midnight; the run itself takes two seconds.
  runner.print(R"({"token":"one","expirationTimestamp":"2026-01-01T01:00:00Z"})");
  runner.print(R"({"token":"two"})");
  EXPECT_EQ(token(), "Bearer one");
  executor.advance(1h - 3s);
  EXPECT_EQ(token(), "Bearer one");
  executor.advance(1s);
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(ExecPluginTest, ManyRequestsShareOneRun) {
  runner.print(R"({"token":"one"})");
  std::vector<Task<Result<wire::Headers>>> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(credentials().headers());
  for (const auto& headers : executor.run_task(all(executor, std::move(tasks)))) EXPECT_EQ(show(headers), "Bearer one");
  EXPECT_EQ(runner.specs.size(), 1U);
}

TEST_F(ExecPluginTest, ManyRejectionsAtOnceLeadToOneRun) {
  runner.print(R"({"token":"one"})");
  runner.print(R"({"token":"two"})");
  EXPECT_EQ(token(), "Bearer one");
  executor.advance(1s);
  const MonoTime sent = executor.now();
  executor.advance(1s);
  credentials().rejected(sent);
  credentials().rejected(sent);
  EXPECT_EQ(token(), "Bearer two");
  credentials().rejected(sent);  // an answer that was long on its way
  EXPECT_EQ(token(), "Bearer two");
  EXPECT_EQ(runner.specs.size(), 2U);
}

TEST_F(ExecPluginTest, ATokenThatWasObtainedForTheRejectedAttemptItselfIsRenewed) {
  runner.print(R"({"token":"stale"})");
  runner.print(R"({"token":"good"})");
  EXPECT_EQ(token(), "Bearer stale");
  credentials().rejected(executor.now());
  EXPECT_EQ(token(), "Bearer good");
}

TEST_F(ExecPluginTest, ARunOutlivesTheRequestThatCausedIt) {
  runner.print(R"({"token":"one"})");
  std::optional<Task<Result<wire::Headers>>> first(credentials().headers());
  first->start([] {});
  executor.advance(1s);
  auto second = credentials().headers();
  second.start([] {});
  first.reset();
  executor.advance(1s);
  ASSERT_TRUE(second.done());
  EXPECT_EQ(show(second.take()), "Bearer one");
  EXPECT_EQ(runner.specs.size(), 1U);
}

TEST_F(ExecPluginTest, AFailureIsSharedAndNotKept) {
  runner.answers.emplace_back(wire::ProcessResult{3, "secret"});
  runner.print(R"({"token":"one"})");
  std::vector<Task<Result<wire::Headers>>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(credentials().headers());
  for (const auto& headers : executor.run_task(all(executor, std::move(tasks)))) {
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().code, Code::kUnauthorized);
    EXPECT_EQ(headers.error().message, "credential plugin aws: it failed with exit code 3");
  }
  EXPECT_EQ(token(), "Bearer one");
}

TEST_F(ExecPluginTest, WhatItPrintsIsChecked) {
  runner.answers.emplace_back(wire::ProcessResult{0, "hello"});
  runner.print(R"({"token":"two words"})");
  EXPECT_EQ(token(), "error: credential plugin aws: it did not print an ExecCredential in JSON");
  EXPECT_THAT(token(), HasSubstr("credential plugin aws: the token contains"));
}

TEST_F(ExecPluginTest, TheInstallHintIsGivenTenTimesAnHour) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(token(), "error: credential plugin aws: there is no such program. See example.org");
  }
  EXPECT_EQ(token(), "error: credential plugin aws: there is no such program");
  executor.advance(1h);
  EXPECT_THAT(token(), HasSubstr("example.org"));
}

TEST_F(ExecPluginTest, OtherErrorsOfTheRunnerPassThrough) {
  runner.answers.emplace_back(fail(Code::kTimeout, "not within 1m0s"));
  EXPECT_EQ(token(), "error: credential plugin aws: not within 1m0s");
}

TEST_F(ExecPluginTest, ANewCertificateIsAnnouncedOnce) {
  runner.print(R"({"clientCertificateData":"c1","clientKeyData":"k1"})");
  runner.print(R"({"clientCertificateData":"c1","clientKeyData":"k1","token":"t"})");
  runner.print(R"({"clientCertificateData":"c2","clientKeyData":"k2"})");
  for (const char* expected : {"none", "Bearer t", "none"}) {
    EXPECT_EQ(token(), expected);
    credentials().rejected(executor.now());
  }
  EXPECT_THAT(certificates, ElementsAre("c1", "c2"));
}

TEST_F(ExecPluginTest, ACertificateThatTlsRefusesIsAnError) {
  runner.print(R"({"clientCertificateData":"bad","clientKeyData":"k"})");
  EXPECT_EQ(token(), "error: credential plugin aws: not a certificate");
}

}  // namespace
}  // namespace snapstash::kube
