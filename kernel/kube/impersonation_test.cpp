#include "kernel/kube/impersonation.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

TEST(Impersonation, NobodyIsNoHeader) { EXPECT_EQ(impersonation_headers({}), wire::Headers()); }

TEST(Impersonation, AllHeaders) {
  const Impersonation whom{
      .user = "jane doe", .uid = "7", .groups = {"a", "b"}, .extra = {{"Acme.com/Project%", {"x", "y"}}}
  };
  EXPECT_EQ(
      impersonation_headers(whom), (wire::Headers{
                                       {"Impersonate-User", "jane doe"},
                                       {"Impersonate-Uid", "7"},
                                       {"Impersonate-Group", "a"},
                                       {"Impersonate-Group", "b"},
                                       {"Impersonate-Extra-acme.com%2Fproject%25", "x"},
                                       {"Impersonate-Extra-acme.com%2Fproject%25", "y"},
                                   })
  );
}

TEST(Impersonation, NeedsAUser) {
  EXPECT_EQ(impersonation_headers({.groups = {"system:masters"}}).error().code, Code::kInvalid);
  EXPECT_FALSE(impersonation_headers({.uid = "7"}));
  EXPECT_FALSE(impersonation_headers({.extra = {{"a", {"b"}}}}));
}

TEST(Impersonation, AValueCannotAddHeaders) {
  EXPECT_FALSE(impersonation_headers({.user = "a\r\nX: y"}));
  EXPECT_FALSE(impersonation_headers({.user = "a", .groups = {"b\n"}}));
}

}  // namespace
}  // namespace snapstash::kube
