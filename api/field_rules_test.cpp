#include "api/field_rules.hpp"

#include <regex>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace snapstash::api {
namespace {

TEST(IsObjectName, FollowsRfc1123) {
  for (const auto* good : {"a", "0", "a-b", "a.b", "a-1.b-2", "a--b"}) EXPECT_TRUE(is_object_name(good)) << good;
  for (const auto* bad : {"", "-", ".", "a-", "-a", "a.", ".a", "a..b", "a.-b", "a-.b", "A", "a_b", "a b", "ä"}) {
    EXPECT_FALSE(is_object_name(bad)) << bad;
  }
  EXPECT_TRUE(is_object_name(std::string(253, 'a')));
  EXPECT_FALSE(is_object_name(std::string(254, 'a')));
}

RC_GTEST_PROP(IsObjectName, AgreesWithKubernetesExpression, ()) {
  static const std::regex expression("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  const auto name = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a0-.B")));
  RC_ASSERT(is_object_name(name) == std::regex_match(name, expression));
}

}  // namespace
}  // namespace snapstash::api
