#include "kernel/json/value.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <gmock/gmock.h>

namespace snapstash::json {
namespace {

using ::testing::HasSubstr;

TEST(Parse, ReadsADocumentWithSpaceAround) {
  const auto value = parse(" {\"a\": [1, 2]} \n");
  ASSERT_TRUE(value);
  EXPECT_EQ(serialize(*value), R"({"a":[1,2]})");
}

TEST(Parse, NamesTheOffsetOfWhatIsWrong) {
  const auto wrong = [](std::string_view text) {
    const auto value = parse(text);
    return value ? "no error" : value.error().message;
  };
  EXPECT_THAT(wrong(R"({"a": x})"), HasSubstr("at byte 6"));
  EXPECT_THAT(wrong(R"({"a": 1)"), HasSubstr("incomplete JSON at byte 7"));
  EXPECT_THAT(wrong(R"({} {})"), HasSubstr("extra data at byte 3"));
  EXPECT_THAT(wrong(""), HasSubstr("incomplete"));
  EXPECT_EQ(parse("{").error().code, Code::kMalformed);
}

TEST(Parse, LimitsDepthAt256) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(256)));
  EXPECT_FALSE(parse(nested(257)));
}

TEST(Parse, UsesTheStorageItIsGiven) {
  boost::json::monotonic_resource arena;
  const auto value = parse(R"({"a":1})", &arena);
  EXPECT_EQ(value->storage().get(), &arena);
  EXPECT_NE(clone(*value).storage().get(), &arena);
  EXPECT_EQ(clone(*value), *value);
}

TEST(Find, FollowsPointers) {
  const auto value = parse(R"({"spec":{"a":[{"b":"c"}],"x/y":1,"n":null,"o":{}}})").value();
  EXPECT_EQ(find_string(value, "/spec/a/0/b"), "c");
  EXPECT_EQ(*find(value, "/spec/x~1y"), 1);
  EXPECT_EQ(find(value, ""), &value);
  EXPECT_TRUE(find(value, "/spec/n")->is_null());
  EXPECT_EQ(find(value, "/spec/a/1"), nullptr);
  EXPECT_EQ(find(value, "/spec/a/0/b/c"), nullptr);
  EXPECT_EQ(find(value, "/nothing/here"), nullptr);
  EXPECT_EQ(find(value, "spec"), nullptr);
  EXPECT_EQ(find_string(value, "/spec/a"), "");
  EXPECT_NE(find_object(value, "/spec/o"), nullptr);
  EXPECT_EQ(find_object(value, "/spec/a"), nullptr);
  EXPECT_EQ(find_array(value, "/spec/a")->size(), 1U);
  EXPECT_EQ(find_key(*find(value, "/spec"), "x/y")->as_int64(), 1);
  EXPECT_EQ(find_key(*find(value, "/spec/a"), "b"), nullptr);
}

TEST(Find, PointsIntoAnObjectAndNotIntoACopyOfIt) {
  const Object object = parse(R"({"x/y":{"~":"t"},"a":[{"b":"c"}],"o":{}})").value().as_object();
  EXPECT_EQ(find(object, "/x~1y"), &object.at("x/y"));
  EXPECT_EQ(find_string(object, "/x~1y/~0"), "t");
  EXPECT_EQ(find_string(object, "/a/0/b"), "c");
  EXPECT_EQ(find_object(object, "/o"), &object.at("o").as_object());
  EXPECT_EQ(find_array(object, "/a"), &object.at("a").as_array());
  EXPECT_EQ(find_key(object, "o"), &object.at("o"));
  EXPECT_EQ(find(object, ""), nullptr);
  EXPECT_EQ(find(object, "o"), nullptr);
  EXPECT_EQ(find(object, "/none/b"), nullptr);
}

}  // namespace
}  // namespace snapstash::json
