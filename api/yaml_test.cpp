#include "api/yaml.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <yaml-cpp/yaml.h>

namespace snapstash::api {
namespace {

std::string yaml_of(std::string_view text) { return to_yaml(json::parse(text).value()); }

TEST(ToYaml, WritesBlocks) {
  EXPECT_EQ(
      yaml_of(R"({"a":1,"b":{"c":"x","d":[]},"e":[1,{"f":"g","h":[true]},["i"]],"j":{},"k":null})"),
      "a: 1\nb:\n  c: x\n  d: []\ne:\n- 1\n- f: g\n  h:\n  - true\n- - i\nj: {}\nk: null\n"
  );
  EXPECT_EQ(yaml_of("[]"), "[]\n");
  EXPECT_EQ(yaml_of("\"x\""), "x\n");
}

TEST(ToYaml, QuotesWhatAParserWouldTakeForSomethingElse) {
  for (const auto* text : {"",   "true", "No", "y",    "null", "1",  "1e3", "0x1", "-",   "2020-01-01", "~",
                           "*a", "&a",   "!a", "a: b", "a #b", "a ", " a",  "a:",  "# a", "@a",         "`a",
                           "[a", "{a",   "%a", "'a",   "|",    ">",  "? a", ".5",  "+1"}) {
    EXPECT_EQ(to_yaml(json::make_string(text)), "\"" + std::string(text) + "\"\n");
  }
  EXPECT_EQ(to_yaml(json::make_string("a\nb\"")), "\"a\\nb\\\"\"\n");
  EXPECT_EQ(to_yaml(json::make_string("/spec:x it's {a} [b]")), "/spec:x it's {a} [b]\n");
}

// Reads it back with another program's parser.
void expect_same(const YAML::Node& node, const json::Value& value) {
  if (value.is_object()) {
    ASSERT_TRUE(node.IsMap() || value.get_object().empty());
    ASSERT_EQ(node.size(), value.get_object().size());
    for (const auto& [key, member] : value.get_object()) expect_same(node[std::string(key)], member);
  } else if (value.is_array()) {
    ASSERT_EQ(node.size(), value.get_array().size());
    for (std::size_t i = 0; i < node.size(); ++i) expect_same(node[i], value.get_array()[i]);
  } else {
    ASSERT_TRUE(node.IsScalar());
    EXPECT_EQ(node.as<std::string>(), value.is_string() ? std::string(json::as_view(value)) : json::serialize(value));
  }
}

json::Value document(int depth) {
  const auto text = rc::gen::container<std::string>(rc::gen::inRange(' ', '~'));
  switch (depth == 0 ? 0 : *rc::gen::inRange(0, 4)) {
    case 1: return json::Array{document(depth - 1), document(depth - 1)};
    case 2: return json::Object{{*text, document(depth - 1)}, {"other", document(depth - 1)}};
    case 3: return *rc::gen::inRange(-1000, 1000);
    default: return json::make_string(*text);
  }
}

RC_GTEST_PROP(ToYaml, IsReadBackAsWritten, ()) {
  const json::Value value = document(4);
  expect_same(YAML::Load(to_yaml(value)), value);
  RC_ASSERT(!::testing::Test::HasFailure());
}

}  // namespace
}  // namespace snapstash::api
