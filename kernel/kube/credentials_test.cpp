#include "kernel/kube/credentials.hpp"

#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"

namespace snapstash::kube {
namespace {

TEST(Credentials, BearerToken) {
  EXPECT_EQ(bearer_headers("abc.def"), (wire::Headers{{"Authorization", "Bearer abc.def"}}));
}

TEST(Credentials, ATokenCannotAddHeaders) {
  for (const char* token : {"", "a b", "a\r\nX-Evil: 1", "a\n", "\xc3\xa4"}) {
    const auto headers = bearer_headers(token);
    ASSERT_FALSE(headers) << token;
    EXPECT_EQ(headers.error().code, Code::kInvalid);
  }
}

TEST(Credentials, AnErrorNeverShowsTheToken) {
  EXPECT_EQ(bearer_headers("secret word").error().message.find("secret"), std::string::npos);
}

TEST(Credentials, BasicAuthentication) {
  EXPECT_EQ(
      basic_headers("Aladdin", "open sesame"), (wire::Headers{{"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}})
  );
  EXPECT_FALSE(basic_headers("a:b", "c"));
}

TEST(Credentials, FixedOnesNeverChange) {
  ManualExecutor executor;
  const auto credentials = make_fixed_credentials({{"Authorization", "Bearer t"}});
  credentials->rejected(executor.now());
  EXPECT_EQ(executor.run_task(credentials->headers()), (wire::Headers{{"Authorization", "Bearer t"}}));
}

/// Remembers what it was told; fails once `broken`.
class Recording final : public Credentials {
 public:
  explicit Recording(std::optional<MonoTime>& told) : told_(told) {}
  Task<Result<wire::Headers>> headers() override {
    if (told_) co_return fail(Code::kUnauthorized, "no more");
    co_return wire::Headers{{"Authorization", "Bearer t"}};
  }
  void rejected(MonoTime sent) override { told_ = sent; }

 private:
  std::optional<MonoTime>& told_;
};

TEST(Credentials, ExtraHeadersFollowTheInnerOnes) {
  ManualExecutor executor;
  std::optional<MonoTime> told;
  const auto credentials = with_headers(std::make_unique<Recording>(told), {{"Impersonate-User", "jane"}});
  EXPECT_EQ(
      executor.run_task(credentials->headers()),
      (wire::Headers{{"Authorization", "Bearer t"}, {"Impersonate-User", "jane"}})
  );
  credentials->rejected(executor.now());
  EXPECT_EQ(told, executor.now());
  EXPECT_EQ(executor.run_task(credentials->headers()).error().code, Code::kUnauthorized);
}

}  // namespace
}  // namespace snapstash::kube
