#include "kernel/base/text.hpp"

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace snapstash {
namespace {

TEST(Text, IsKeptOnce) {
  const Text a("a rather long string, which lives on the heap"),
      b(std::string("a rather long string, ") + "which lives on the heap");
  EXPECT_EQ(a.view().data(), b.view().data());
  EXPECT_EQ(a, b);
  EXPECT_NE(a, Text("another"));
  EXPECT_EQ(sizeof(Text), sizeof(void*));
}

TEST(Text, EmptyIsEmpty) {
  EXPECT_TRUE(Text().empty());
  EXPECT_EQ(Text(), Text(""));
  EXPECT_EQ(Text().str(), "");
  EXPECT_FALSE(Text("x").empty());
}

TEST(Text, BehavesLikeAString) {
  const Text text("demo");
  const std::string copy = text;
  const std::string_view view = text;
  EXPECT_EQ(copy, "demo");
  EXPECT_EQ(view, text);
  EXPECT_EQ(text + "/" + copy, "demo/demo");
  EXPECT_EQ("in " + text, "in demo");
  EXPECT_EQ(fmt::format("{:>6}", text), "  demo");
  EXPECT_LT(text, "dfmo");
  EXPECT_LT(Text("b"), Text("c"));
  const std::map<Text, int, std::less<>> map{{"b", 2}, {"a", 1}};
  EXPECT_EQ(map.begin()->first, "a");
  EXPECT_EQ(map.find("b")->second, 2);
}

TEST(Text, SurvivesManyComingAndGoing) {
  std::vector<Text> kept;
  for (int round = 0; round < 3; ++round) {
    std::vector<Text> passing;
    for (int i = 0; i < 1000; ++i) {
      passing.emplace_back(fmt::format("passing {}", i));
      if (i % 100 == 0) kept.push_back(passing.back());
    }
    Text moved = std::move(passing.front());
    moved = passing.back();
    passing.front() = moved;
    EXPECT_EQ(passing.front(), "passing 999");
  }
  ASSERT_EQ(kept.size(), 30U);
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], fmt::format("passing {}", i % 10 * 100));
  EXPECT_EQ(kept[3].view().data(), kept[13].view().data());
}

}  // namespace
}  // namespace snapstash
