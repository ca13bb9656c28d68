#include "features/neighbours/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::neighbours {
namespace {

using testing::ElementsAre;

json::Value deployment(std::string_view name, std::string_view label) {
  return json::Object{
      {"metadata",
       json::Object{
           {"name", name},
           {"namespace", "stash"},
           {"uid", name},
           {"resourceVersion", "5"},
           {"labels", json::Object{{"app.kubernetes.io/name", label}}}
       }}
  };
}

TEST(StashOperators, AreFoundByTheirChartsLabels) {
  cluster::Stores stores;
  stores.deployments.begin_initial();
  ASSERT_FALSE(stores.deployments.stage(deployment("a", "stash-enterprise")));
  ASSERT_FALSE(stores.deployments.stage(deployment("b", "snapstash")));
  ASSERT_FALSE(stores.deployments.stage(deployment("c", "stash")));
  ASSERT_TRUE(stores.deployments.commit("5"));
  EXPECT_THAT(stash_operators(stores), ElementsAre("stash/a", "stash/c"));
}

TEST(KeepsOurFields, LooksIntoTheSchema) {
  const auto crd = [](std::string_view property) {
    return *json::parse(
        R"({"spec":{"versions":[{"name":"v1beta1","schema":{"openAPIV3Schema":{"properties":{"spec":{"properties":{")" +
        std::string(property) + R"(":{}}}}}}}]}})"
    );
  };
  EXPECT_TRUE(keeps_our_fields(crd("snapstash")));
  EXPECT_FALSE(keeps_our_fields(crd("schedule")));
  EXPECT_FALSE(keeps_our_fields(json::Object{}));
}

}  // namespace
}  // namespace snapstash::neighbours
