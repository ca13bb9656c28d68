#include "features/cluster/binding.hpp"

#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"

namespace snapstash::cluster {
namespace {

struct ApplyBinding : testing::Test, TestContext {
  json::Value manifest = json::Object{
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", "RoleBinding"},
      {"metadata", json::Object{{"namespace", "demo"}, {"name", "restoresession-back-0"}}}
  };
  Result<json::Value> apply() { return executor.run_task(apply_binding(context(), manifest)); }
};

TEST_F(ApplyBinding, IsOneRequestWhenNothingIsInTheWay) {
  answer(json::Object{{"kind", "RoleBinding"}});
  EXPECT_TRUE(apply());
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(ApplyBinding, MakesAnewWhatIsBoundToAnotherRole) {
  put(stores.bindings,
      json::Object{
          {"metadata", json::Object{{"namespace", "demo"}, {"name", "restoresession-back-0"}, {"uid", "of Stash"}}}
      });
  refuse(422, "Invalid", "roleRef: cannot change roleRef");
  answer(json::Object{});
  answer(json::Object{{"kind", "RoleBinding"}});
  EXPECT_TRUE(apply());
  ASSERT_EQ(transport.requests.size(), 3U);
  EXPECT_EQ(transport.requests[1].method, "DELETE");
  EXPECT_NE(transport.requests[1].body.find("of Stash"), std::string::npos);
  EXPECT_EQ(transport.requests[2].method, "PATCH");
}

TEST_F(ApplyBinding, AnythingElseThatIsInvalidIsSaid) {
  refuse(422, "Invalid", "subjects: too many");
  const auto refused = apply();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace snapstash::cluster
