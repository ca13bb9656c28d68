#include "kernel/kube/yaml.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

std::string as_json(std::string_view yaml) {
  const auto value = parse_yaml(yaml);
  return value ? json::serialize(*value) : value.error().message;
}

TEST(Yaml, TypesPlainScalarsOnly) {
  EXPECT_EQ(
      as_json("{a: true, b: 'true', c: 5, d: \"5\", e: 1.5, f: ~, g: , h: text, i: off}"),
      R"({"a":true,"b":"true","c":5,"d":"5","e":1.5E0,"f":null,"g":null,"h":"text","i":false})"
  );
}

TEST(Yaml, WhatJsonCannotSayStaysText) {
  EXPECT_EQ(
      as_json("[.inf, .nan, nan, inf, -, 1.2.3, 0x1F, 12h, 10.0.0.1, 1e3]"),
      R"([".inf",".nan","nan","inf","-","1.2.3","0x1F","12h","10.0.0.1",1E3])"
  );
}

TEST(Yaml, TakesJsonAsItIs) {
  EXPECT_EQ(as_json("\t{\n\t\"a\": \"\\/\\ud83d\\ude00\", \"b\": [1]}\n"), "{\"a\":\"/\xf0\x9f\x98\x80\",\"b\":[1]}");
}

TEST(Yaml, EmptyIsNull) {
  EXPECT_EQ(as_json(""), "null");
  EXPECT_EQ(as_json(" \n# only a comment\n"), "null");
}

TEST(Yaml, CopiesAliases) { EXPECT_EQ(as_json("a: &x [1, 2]\nb: *x"), R"({"a":[1,2],"b":[1,2]})"); }

TEST(Yaml, MergedKeysNeverReplaceOwnOnes) {
  EXPECT_EQ(as_json("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3"), R"({"base":{"x":1,"y":2},"use":{"y":3,"x":1}})");
}

TEST(Yaml, TheFirstOfSeveralMergedMapsWins) {
  EXPECT_EQ(as_json("- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]"), R"([{"x":1},{"x":2,"y":2},{"x":1,"y":2}])");
}

TEST(Yaml, AQuotedMergeKeyIsAKey) { EXPECT_EQ(as_json("'<<': 1"), R"({"<<":1})"); }

TEST(Yaml, RefusesAMergeOfNoMap) { EXPECT_NE(as_json("<<: 5").find("merge key"), std::string::npos); }

TEST(Yaml, NamesThePlaceOfAnError) {
  const auto value = parse_yaml("a: 1\nb: [1, 2\nc: {");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, Code::kMalformed);
  EXPECT_NE(value.error().message.find("line "), std::string::npos) << value.error().message;
}

TEST(Yaml, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [1]\n";
  for (int level = 1; level < 30; ++level) {
    bomb += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
    for (int copy = 0; copy < 9; ++copy) bomb += "*a" + std::to_string(level - 1) + ",";
    bomb += "]\n";
  }
  EXPECT_NE(as_json(bomb).find("too large"), std::string::npos);
}

TEST(Yaml, RefusesCyclesAndDepth) {
  EXPECT_NE(as_json("&a [*a]").find("not YAML"), std::string::npos);
  EXPECT_NE(
      as_json("x: " + std::string(200, '[') + std::string(200, ']')).find("nested too deeply"), std::string::npos
  );
  EXPECT_NE(as_json(std::string(100'000, '[')).find("not YAML"), std::string::npos);
}

}  // namespace
}  // namespace snapstash::kube
