#include "sim/admission/merge_patch.hpp"

#include <gtest/gtest.h>

namespace snapstash::sim {
namespace {

std::string patched(std::string_view target, std::string_view patch) {
  const auto result = merge_patch(json::parse(target).value(), json::parse(patch).value());
  return result ? json::serialize(*result) : result.error().message;
}

TEST(MergePatch, FollowsRfc7386) {
  EXPECT_EQ(patched(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(patched(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(patched(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(patched(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(patched(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(patched(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
  EXPECT_EQ(patched(R"({})", R"({"a":{"bb":{"ccc":null}}})"), R"({"a":{"bb":{}}})");
  EXPECT_EQ(patched(R"({"a":1})", R"({"a":{"b":null,"c":2}})"), R"({"a":{"c":2}})");
}

TEST(MergePatch, IsAnObject) {
  const auto result = merge_patch(json::Object(), json::Array());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().http_status, 400);
  EXPECT_EQ(
      result.error().message,
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
  );
}

}  // namespace
}  // namespace snapstash::sim
