#include "kernel/kube/token_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/kube/memory_files.hpp"

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Counts warnings.
class CountingLog final : public Log {
 public:
  void write(Level level, std::string_view, std::span<const LogField>) override {
    warnings += level == Level::kWarning;
  }
  int warnings = 0;
};

struct TokenFileTest : testing::Test {
  std::string token() {
    const auto headers = executor.run_task(credentials.headers());
    if (!headers) return "error: " + headers.error().message;
    return std::string(headers->find("Authorization").value_or("none"));
  }

  ManualExecutor executor;
  MemoryFiles files{{"/token", " one\n"}};
  CountingLog log;
  TokenFileCredentials credentials{files, executor, log, "/token", ""};
};

TEST_F(TokenFileTest, IsTrimmed) { EXPECT_EQ(token(), "Bearer one"); }

TEST_F(TokenFileTest, IsReadAgainAfterFiftySeconds) {
  EXPECT_EQ(token(), "Bearer one");
  files.contents["/token"] = "two";
  executor.advance(49s);
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_EQ(files.reads, 1);
  executor.advance(1s);
  EXPECT_EQ(token(), "Bearer two");
  EXPECT_EQ(files.reads, 2);
}

TEST_F(TokenFileTest, TheOldOneIsKeptWhileTheFileIsBad) {
  EXPECT_EQ(token(), "Bearer one");
  for (const char* bad : {"", " \n", "two words"}) {
    files.contents["/token"] = bad;
    executor.advance(50s);
    EXPECT_EQ(token(), "Bearer one") << bad;
  }
  files.contents.erase("/token");
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_EQ(log.warnings, 1);
  files.contents["/token"] = "two";
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(TokenFileTest, ABadFileAtTheStartIsAnError) {
  files.contents["/token"] = "\n";
  const auto headers = executor.run_task(credentials.headers());
  ASSERT_FALSE(headers);
  EXPECT_EQ(headers.error().code, Code::kUnauthorized);
  EXPECT_EQ(headers.error().message, "/token: the token is empty");
  files.contents.erase("/token");
  EXPECT_THAT(token(), HasSubstr("cannot read /token"));
}

TEST_F(TokenFileTest, ARejectedTokenIsReadAgain) {
  EXPECT_EQ(token(), "Bearer one");
  files.contents["/token"] = "two";
  credentials.rejected(executor.now());
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(TokenFileTest, ATokenThatIsNewerThanTheRejectedAttemptStays) {
  EXPECT_EQ(token(), "Bearer one");
  const MonoTime sent = executor.now();
  executor.advance(1s);
  credentials.rejected(sent);
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_EQ(files.reads, 2);
  credentials.rejected(sent);
  EXPECT_EQ(token(), "Bearer one");
  EXPECT_EQ(files.reads, 2);
}

TEST_F(TokenFileTest, ARejectedTokenIsNotUsedAgainWhenTheFileIsGone) {
  EXPECT_EQ(token(), "Bearer one");
  files.contents.erase("/token");
  executor.advance(1s);
  credentials.rejected(executor.now());
  EXPECT_THAT(token(), HasSubstr("error: "));
}

TEST_F(TokenFileTest, TheInitialTokenServesUntilTheFileDoes) {
  TokenFileCredentials with_initial(files, executor, log, "/later", "first");
  const auto first = executor.run_task(with_initial.headers());
  EXPECT_EQ(first, (wire::Headers{{"Authorization", "Bearer first"}}));
  files.contents["/later"] = "second";
  const auto second = executor.run_task(with_initial.headers());
  EXPECT_EQ(second, (wire::Headers{{"Authorization", "Bearer second"}}));
}

}  // namespace
}  // namespace snapstash::kube
