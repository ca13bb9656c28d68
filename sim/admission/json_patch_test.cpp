#include "sim/admission/json_patch.hpp"

#include <gtest/gtest.h>

namespace snapstash::sim {
namespace {

std::string patched(std::string_view target, std::string_view patch) {
  const auto result = json_patch(json::parse(target).value(), json::parse(patch).value());
  return result ? json::serialize(*result) : std::to_string(result.error().http_status);
}

TEST(JsonPatch, CarriesOutEachOperation) {
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"add","path":"/b","value":2}])"), R"({"a":1,"b":2})");
  EXPECT_EQ(patched(R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])"), R"({"a":[1,2,3]})");
  EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])"), R"({"a":[1,2]})");
  EXPECT_EQ(patched(R"({"a":{"x/y":1}})", R"([{"op":"remove","path":"/a/x~1y"}])"), R"({"a":{}})");
  EXPECT_EQ(patched(R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/-1"}])"), R"({"a":[1]})");
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"/a","value":2}])"), R"({"a":2})");
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"replace","path":"/b","value":2}])"), R"({"a":1,"b":2})");
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":"/b"}])"), R"({"b":1})");
  EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"copy","from":"/a","path":"/b"}])"), R"({"a":[1],"b":[1]})");
  EXPECT_EQ(patched(R"({"a":[1]})", R"([{"op":"test","path":"/a/0","value":1}])"), R"({"a":[1]})");
  EXPECT_EQ(patched(R"({"a":1})", R"([{"op":"test","path":"/b","value":null}])"), R"({"a":1})");
}

TEST(JsonPatch, RefusesAllOfItWhenOneFails) {
  for (const std::string_view patch : {
           R"([{"op":"add","path":"/c","value":1},{"op":"test","path":"/a","value":2}])",
           R"([{"op":"remove","path":"/x"}])",
           R"([{"op":"remove","path":"/l/5"}])",
           R"([{"op":"add","path":"/x/y","value":1}])",
           R"([{"op":"add","path":"/l/7","value":1}])",
           R"([{"op":"replace","path":"/l/7","value":1}])",
           R"([{"op":"move","from":"/x","path":"/y"}])",
           R"([{"op":"no","path":"/a"}])",
       }) {
    EXPECT_EQ(patched(R"({"a":1,"l":[1]})", patch), "422") << patch;
  }
  EXPECT_EQ(patched(R"({"a":1})", R"({"op":"add"})"), "400");
}

}  // namespace
}  // namespace snapstash::sim
