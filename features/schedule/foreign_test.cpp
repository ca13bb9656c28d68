#include "features/schedule/foreign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"

namespace snapstash::schedule {
namespace {

using testing::HasSubstr;

struct RefuseForeign : testing::Test, cluster::TestContext {
  Manifest account{
      kServiceAccounts, json::Object{{"metadata", json::Object{{"namespace", "demo"}, {"name", "default"}}}}
  };
  Result<void> look() { return executor.run_task(refuse_foreign(context(), account, "c1")); }

  static json::Value owned_by(const std::string& uid) {
    return json::Object{
        {"metadata", json::Object{{"ownerReferences", json::Array{json::Object{{"kind", "Any"}, {"uid", uid}}}}}}
    };
  }
};

TEST_F(RefuseForeign, TakesWhatIsNotThereOrIsOurs) {
  refuse(404, "NotFound", "not found");
  EXPECT_TRUE(look());
  answer(owned_by("c1"));
  EXPECT_TRUE(look());
  answer(json::Object{
      {"metadata", json::Object{{"labels", json::Object{{"app.kubernetes.io/managed-by", "stash.appscode.com"}}}}}
  });
  EXPECT_TRUE(look());
  EXPECT_EQ(transport.requests[0].target, "/api/v1/namespaces/demo/serviceaccounts/default");
}

TEST_F(RefuseForeign, LeavesWhatIsSomebodyElses) {
  for (const json::Value& object : {owned_by("c2"), json::Value(json::Object{{"metadata", json::Object()}})}) {
    answer(object);
    const auto refused = look();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalid);
    EXPECT_THAT(
        refused.error().message, HasSubstr("ServiceAccount demo/default exists and belongs to something else.")
    );
    EXPECT_THAT(refused.error().message, HasSubstr("give it a shorter one"));
  }
}

TEST_F(RefuseForeign, DoesNotGuess) {
  refuse(403, "Forbidden", "no");
  const auto unknown = look();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kForbidden);
}

}  // namespace
}  // namespace snapstash::schedule
