#include "api/pod_ordinal.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace snapstash::api {
namespace {

using ::testing::HasSubstr;

std::string expand(std::string_view text, std::int32_t ordinal = 12) {
  const auto value = expand_pod_ordinal(text, ordinal);
  return value ? *value : "error: " + value.error().message;
}

struct Row {
  std::string_view text, expected;
  std::int32_t ordinal = 12;
};

class Expand : public ::testing::TestWithParam<Row> {};

TEST_P(Expand, Gives) { EXPECT_EQ(expand(GetParam().text, GetParam().ordinal), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Text, Expand,
    ::testing::Values(
        Row{"", ""}, Row{"restore-data", "restore-data"},
        Row{"restore-data-demo-${POD_ORDINAL}", "restore-data-demo-0", 0},
        Row{"${POD_ORDINAL}-${POD_ORDINAL}", "7-7", 7}, Row{"a}b{c", "a}b{c"}, Row{"5$", "5$"},
        Row{"$POD_ORDINAL", "$POD_ORDINAL"}, Row{"$${POD_ORDINAL}", "${POD_ORDINAL}"}, Row{"a$$b", "a$b"},
        Row{"$$${POD_ORDINAL}", "$12"}, Row{"é-${POD_ORDINAL}", "é-12"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Defaults, Expand,
    ::testing::Values(
        Row{"${X:=def}", "def"}, Row{"${X:-def}", "def"}, Row{"${X=def}", "def"}, Row{"${X:=}", ""},
        Row{"${X=a b/c:d}", "a b/c:d"}, Row{"${X:=${POD_ORDINAL}}", "12"},
        Row{"${X:=a-${POD_ORDINAL}-${Y:-z}}", "a-12-z"}, Row{"${POD_ORDINAL:=def}", "12"},
        Row{"${POD_ORDINAL:-def}", "12"}, Row{"${POD_ORDINAL=def}", "12"}, Row{"${POD_ORDINAL:?def}", "12"},
        Row{"${POD_ORDINAL:+def}", "12"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Operators, Expand,
    ::testing::Values(
        Row{"${#POD_ORDINAL}", "2"}, Row{"${#POD_ORDINAL}", "1", 5}, Row{"${POD_ORDINAL^}", "12"},
        Row{"${POD_ORDINAL^^}", "12"}, Row{"${POD_ORDINAL,}", "12"}, Row{"${POD_ORDINAL,,}", "12"},
        Row{"${POD_ORDINAL:0}", "12"}, Row{"${POD_ORDINAL:1}", "2"}, Row{"${POD_ORDINAL:1:1}", "2", 123},
        Row{"${POD_ORDINAL:0:2}", "12", 123}, Row{"${POD_ORDINAL:-1:1}", "3", 3}, Row{"${POD_ORDINAL:5}", ""},
        Row{"${POD_ORDINAL:5:2}", ""}, Row{"${POD_ORDINAL:x}", "12"}, Row{"${POD_ORDINAL:0:x}", "12"},
        Row{"${POD_ORDINAL:0:9}", "12"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Patterns, Expand,
    ::testing::Values(
        Row{"${POD_ORDINAL#1}", "2"}, Row{"${POD_ORDINAL#2}", "12"}, Row{"${POD_ORDINAL#*1}", "231", 1231},
        Row{"${POD_ORDINAL##*1}", "", 1231}, Row{"${POD_ORDINAL##*2}", "31", 1231}, Row{"${POD_ORDINAL%2}", "1"},
        Row{"${POD_ORDINAL%1*}", "12", 121}, Row{"${POD_ORDINAL%%1*}", "", 121}, Row{"${POD_ORDINAL#?}", "2"},
        Row{"${POD_ORDINAL#[0-9]}", "2"}, Row{"${POD_ORDINAL%[^0-9]}", "12"}, Row{"${POD_ORDINAL#${X:-1}}", "2"}
    )
);

INSTANTIATE_TEST_SUITE_P(
    Replacements, Expand,
    ::testing::Values(
        Row{"${POD_ORDINAL/1/x}", "x21", 121}, Row{"${POD_ORDINAL//1/x}", "x2x", 121},
        Row{"${POD_ORDINAL/#1/x}", "x21", 121}, Row{"${POD_ORDINAL/%1/x}", "12x", 121},
        Row{"${POD_ORDINAL/#2/x}", "121", 121}, Row{"${POD_ORDINAL/%2/x}", "121", 121},
        Row{"${POD_ORDINAL/1/}", "21", 121}, Row{"${POD_ORDINAL//1/11}", "11211", 121},
        Row{"${POD_ORDINAL/1/a\\/b}", "a/b2"}, Row{"${POD_ORDINAL/1/${X:-y}}", "y2"}, Row{"${POD_ORDINAL/9/x}", "12"}
    )
);

TEST(ExpandPodOrdinal, NamesUnknownVariablesInStashsWords) {
  EXPECT_THAT(expand("${X}"), HasSubstr("input/default value not found for key X"));
  EXPECT_THAT(expand("a-${POD_NAME}"), HasSubstr("write $${POD_NAME} for the text itself"));
  EXPECT_THAT(expand("${X^^}"), HasSubstr("not found for key X"));
  EXPECT_THAT(expand("${#X}"), HasSubstr("not found for key X"));
  EXPECT_THAT(expand("${X:?why}"), HasSubstr("not found for key X"));
  EXPECT_THAT(expand("${POD_ORDINAL-x}"), HasSubstr("not found for key POD_ORDINAL-x"));
  EXPECT_EQ(expand_pod_ordinal("${X}", 0).error().code, Code::kInvalid);
}

TEST(ExpandPodOrdinal, RefusesWhatIsNoExpression) {
  for (const auto* text :
       {"${", "${}", "${POD_ORDINAL", "${POD_ORDINAL:", "${POD_ORDINAL:}", "${POD_ORDINAL#}", "${POD_ORDINAL%}",
        "${POD_ORDINAL/}", "${POD_ORDINAL/1}", "${POD_ORDINAL/1/", "${POD_ORDINAL//}", "${POD_ORDINAL^^^}",
        "${POD_ORDINAL }", "${ POD_ORDINAL}", "${POD_ORDINAL:1:}", "${#POD_ORDINAL", "${X:=${Y:=}"}) {
    EXPECT_THAT(expand(text), HasSubstr("bad substitution")) << text;
  }
}

TEST(ExpandPodOrdinal, LimitsNesting) {
  std::string deep = "x";
  for (int i = 0; i < 100; ++i) deep.insert(0, "${X:=").append("}");
  EXPECT_THAT(expand(deep), HasSubstr("bad substitution"));
}

TEST(ExpandPodOrdinal, WorksInEveryStringOfADocument) {
  const auto value =
      json::parse(
          R"({"metadata":{"name":"d-${POD_ORDINAL}","labels":{"n-${POD_ORDINAL}":"v"}},"list":["${POD_ORDINAL}",1,null],"n":3})"
      )
          .value();
  EXPECT_EQ(
      json::serialize(*expand_pod_ordinal_in(value, 4)),
      R"({"metadata":{"name":"d-4","labels":{"n-4":"v"}},"list":["4",1,null],"n":3})"
  );
  const auto bad = json::parse(R"({"a":[{"b":"${NOPE}"}]})").value();
  EXPECT_FALSE(expand_pod_ordinal_in(bad, 0));
}

RC_GTEST_PROP(ExpandPodOrdinal, LeavesTextWithoutDollarsAlone, (const std::string& text)) {
  RC_PRE(text.find('$') == std::string::npos);
  RC_ASSERT(expand_pod_ordinal(text, 3).value() == text);
}

RC_GTEST_PROP(ExpandPodOrdinal, NeverFailsOnEscapedText, (std::string text)) {
  std::string escaped;
  for (const char c : text) escaped += c == '$' ? std::string("$$") : std::string(1, c);
  RC_ASSERT(expand_pod_ordinal(escaped, 3).value() == text);
}

RC_GTEST_PROP(ExpandPodOrdinal, AnswersForAnyMixOfItsCharacters, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("${}:=-#%/^,*?[]\\1XPOD_ORDINAL")));
  const auto value = expand_pod_ordinal(text, 3);
  RC_ASSERT((value.has_value() || value.error().code == Code::kInvalid));
}

}  // namespace
}  // namespace snapstash::api
