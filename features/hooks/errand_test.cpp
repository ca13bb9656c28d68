#include "features/hooks/errand.hpp"

#include <gtest/gtest.h>

#include "features/jobs/manifest.hpp"

namespace snapstash::hooks {
namespace {

using namespace std::chrono_literals;

Errand errand() {
  Errand made{.pre = api::Handler{}, .post = api::Handler{}, .timeout = 90s};
  made.pre->exec = api::ExecAction{{"sh", "-c", "echo $(HOME) $$ {{ .Name }}"}};
  made.pre->container_name = "db";
  made.post->http_post =
      api::HttpPostAction{.host = "hooks", .path = "/x", .body = "{{ .Status.Phase }}", .port = {443}};
  made.audience = {.selector = "app in (web)", .claim = "data", .all = false};
  made.facts = {
      .name = "daily-1", .namespace_ = "demo", .invoker_kind = "BackupConfiguration", .invoker_name = "daily"
  };
  made.facts.target.kind = "StatefulSet";
  made.facts.target.name = "db";
  made.facts.phase = "Running";
  made.facts.retry_left = 2;
  return made;
}

TEST(Errand, ComesBackThroughAnArgument) {
  const std::string argument = jobs::argument(to_json(errand()));
  EXPECT_FALSE(argument.contains('$')) << "the kubelet would expand it";
  const auto back = errand_from(json::parse(argument).value());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, errand());
}

TEST(Errand, SaysWhatIsWrong) {
  EXPECT_EQ(errand_from(json::Object{}).error().message, "hooks: timeout is required, as 5m");
  const auto wrong = errand_from(json::Object{{"timeout", "5m"}, {"post", json::Object{{"exec", 5}}}});
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.contains("post.exec")) << wrong.error().message;
}

TEST(Facts, AreWhatTemplatesKnow) {
  const json::Object data = to_json(errand().facts);
  EXPECT_EQ(json::find_string(data, "/Invoker/APIGroup"), "stash.appscode.com");
  EXPECT_EQ(json::find_string(data, "/Target/Kind"), "StatefulSet");
  EXPECT_EQ(json::find_string(data, "/Status/Phase"), "Running");
}

TEST(DurationSince, IsRoundedAsStashDoes) {
  const WallTime start{1'700'000'000s};
  EXPECT_EQ(duration_since(start, start + 65'400ms), "1m5s");
  EXPECT_EQ(duration_since(start, start - 1s), "0s");
}

}  // namespace
}  // namespace snapstash::hooks
