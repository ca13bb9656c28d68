#include "kernel/wire/process.hpp"

#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "kernel/base/race.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

class ProcessTest : public testing::Test {
 protected:
  Result<ProcessResult> run(ProcessSpec spec) { return loop_.run_task(run_process(loop_, std::move(spec))); }
  Result<ProcessResult> shell(std::string script) { return run({.command = "sh", .args = {"-c", std::move(script)}}); }
  /// Runs the loop until no child is left.
  void reap() {
    for (;;) {
      loop_.run_task(until(loop_, loop_.now() + 1ms));
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD) return;
    }
  }
  EventLoop loop_;
};

TEST_F(ProcessTest, GivesOutputAndExitCode) {
  const auto ended = shell("echo one; echo hidden >&2; echo two; exit 3");
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->standard_output, "one\ntwo\n");
  EXPECT_EQ(ended->exit_code, 3);
}

TEST_F(ProcessTest, ASignalIsAnExitCodeToo) { EXPECT_EQ(shell("kill -9 $$").value().exit_code, 137); }

TEST_F(ProcessTest, ArgumentsArePassedAsTheyAre) {
  const auto ended = run({.command = "/bin/echo", .args = {"a b", "$HOME", ""}});
  EXPECT_EQ(ended.value().standard_output, "a b $HOME \n");
}

TEST_F(ProcessTest, TheEnvironmentIsOursWithChanges) {
  ::setenv("SNAPSTASH_KEPT", "kept", 1);
  ::setenv("SNAPSTASH_CHANGED", "old", 1);
  const auto ended = run(
      {.command = "sh",
       .args = {"-c", "echo $SNAPSTASH_KEPT $SNAPSTASH_CHANGED $SNAPSTASH_NEW"},
       .env = {{"SNAPSTASH_CHANGED", "new"}, {"SNAPSTASH_NEW", "a=b"}}}
  );
  EXPECT_EQ(ended.value().standard_output, "kept new a=b\n");
}

TEST_F(ProcessTest, StandardInputIsEmptyUnlessInherited) {
  EXPECT_EQ(shell("cat; echo end").value().standard_output, "end\n");
  const int saved = ::dup(STDIN_FILENO);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  ASSERT_EQ(::write(pipe[1], "given", 5), 5);
  ::close(pipe[1]);
  ::dup2(pipe[0], STDIN_FILENO);
  const auto ended = run({.command = "cat", .inherit_stdin = true});
  ::dup2(saved, STDIN_FILENO);
  ::close(pipe[0]);
  ::close(saved);
  EXPECT_EQ(ended.value().standard_output, "given");
}

TEST_F(ProcessTest, NoOtherFilesAndNoIgnoredSignalsAreInherited) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const auto ended = shell("echo x >&" + std::to_string(pipe[1]) + " || echo closed; kill -PIPE $$");
  ::close(pipe[0]);
  ::close(pipe[1]);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->standard_output, "closed\n");
  EXPECT_EQ(ended->exit_code, 128 + SIGPIPE);
}

TEST_F(ProcessTest, WhatDoesNotExistIsNotFound) {
  EXPECT_EQ(run({.command = "snapstash-no-such-program"}).error().code, Code::kNotFound);
  EXPECT_EQ(run({.command = "/no/such/program"}).error().code, Code::kNotFound);
  EXPECT_EQ(run({.command = "/"}).error().code, Code::kInternal);
}

TEST_F(ProcessTest, OutputIsLimited) {
  EXPECT_EQ(shell("head -c 1048576 /dev/zero").value().standard_output.size(), 1048576U);
  EXPECT_EQ(shell("head -c 1048577 /dev/zero").error().code, Code::kInternal);
  EXPECT_EQ(shell("cat /dev/zero").error().code, Code::kInternal);
  reap();
}

TEST_F(ProcessTest, TheTimeoutEndsIt) {
  const auto ended = run({.command = "sleep", .args = {"1000"}, .timeout = 20ms});
  EXPECT_EQ(ended.error().code, Code::kTimeout);
  EXPECT_EQ(ended.error().message, "sleep did not end within 20ms");
  reap();
}

TEST_F(ProcessTest, DestroyingTheTaskEndsIt) {
  {
    auto task = run_process(loop_, {.command = "sleep", .args = {"1000"}});
    task.start([] {});
  }
  reap();
}

TEST_F(ProcessTest, AGrandchildThatKeepsTheOutputOpenIsNotWaitedFor) {
  const auto ended = shell("sleep 5 & echo $!");
  ASSERT_TRUE(ended);
  ASSERT_FALSE(ended->standard_output.empty());
  ::kill(std::stoi(ended->standard_output), SIGKILL);
}

TEST_F(ProcessTest, ManyRunAtTheSameTime) {
  std::vector<Task<Result<ProcessResult>>> tasks;
  for (int i = 0; i < 10; ++i) {
    tasks.push_back(run_process(loop_, {.command = "sh", .args = {"-c", "exit " + std::to_string(i)}}));
  }
  const auto results = loop_.run_task(all(loop_, std::move(tasks)));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)].value().exit_code, i);
}

}  // namespace
}  // namespace snapstash::wire
