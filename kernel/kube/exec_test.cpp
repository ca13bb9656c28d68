#include "kernel/kube/exec.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

std::string message(int channel, std::string_view data) {
  return std::string(1, static_cast<char>(channel)).append(data);
}

Result<ExecResult> ended(std::initializer_list<std::string> messages, std::size_t limit = 100) {
  ExecStream stream(limit);
  for (const std::string& each : messages) {
    if (auto taken = stream.take(each); !taken) return fail(std::move(taken).error());
  }
  return std::move(stream).finish();
}

constexpr std::string_view kSuccess = R"({"status":"Success"})";

TEST(ExecRequest, NamesPodContainerAndCommand) {
  const wire::Request request =
      exec_request({.namespace_ = "demo", .pod = "web-0", .container = "db", .command = {"sh", "-c", "a b"}});
  EXPECT_EQ(
      request.target,
      "/api/v1/namespaces/demo/pods/web-0/exec?command=sh&command=-c&command=a%20b&container=db&stdout=true&stderr=true"
  );
}

TEST(ExecStream, CollectsOutputUntilTheOutcome) {
  const auto result = ended({message(1, "he"), message(2, "oops"), message(1, "llo"), message(3, kSuccess)});
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, (ExecResult{.exit_code = 0, .out = "hello", .err = "oops", .truncated = false}));
}

TEST(ExecStream, ReadsTheExitCode) {
  const auto result = ended({message(
      3,
      R"({"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"137"}]}})"
  )});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 137);
}

TEST(ExecStream, KeepsNoMoreThanTheLimit) {
  const auto result = ended({message(1, "12345"), message(1, "6789"), message(3, kSuccess)}, 7);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "1234567");
  EXPECT_TRUE(result->truncated);
}

TEST(ExecStream, ClosingWithoutAnOutcomeIsNotSuccess) {
  EXPECT_EQ(ended({message(1, "done?")}).error().code, Code::kUnknownOutcome);
  EXPECT_EQ(ended({message(255, std::string(1, '\1'))}).error().code, Code::kUnknownOutcome);
}

TEST(ExecStream, ACommandThatCannotRunIsAnErrorWithTheRuntimesWords) {
  const auto result = ended({message(3, R"({"status":"Failure","reason":"InternalError","message":"no such file"})")});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kInternal);
  EXPECT_EQ(result.error().message, "no such file");
}

TEST(ExecStream, RefusesWhatTheProtocolDoesNotHave) {
  EXPECT_EQ(ended({""}).error().code, Code::kMalformed);
  EXPECT_EQ(ended({message(9, "x")}).error().code, Code::kMalformed);
  EXPECT_EQ(ended({message(3, "not json")}).error().code, Code::kMalformed);
  EXPECT_EQ(ended({message(3, R"({"status":"Failure","reason":"NonZeroExitCode"})")}).error().code, Code::kMalformed);
}

}  // namespace
}  // namespace snapstash::kube
