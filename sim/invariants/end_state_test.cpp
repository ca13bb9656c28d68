#include "sim/invariants/end_state.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "sim/world/demo.hpp"

/// Each thing that must be so at the end is made otherwise once.
namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

class EndStateTest : public testing::Test {
 protected:
  EndStateTest() : world_(1, {}), safety_(world_) { create_demo(world_); }

  /// Configuration `daily`, its objects, a session that has ended, and an operator.
  void come_to_rest() {
    world_.user().must_create(backup_configuration("demo", "daily", {"Deployment", "web"}, "0 0 1 1 *"));
    world_.start_operators();
    world_.run_for(5s);
    world_.user().must_create(backup_session("demo", "daily-1", "daily"));
    world_.run_for(2min);
  }
  std::set<std::string> wrong(bool calm = false) {
    std::set<std::string> names;
    std::vector<Violation> found = check_rest(world_);
    if (calm) check_calm(world_, safety_, found);
    for (const Violation& each : found) names.emplace(each.invariant);
    return names;
  }
  ObjectPtr find(const kube::Resource& resource, std::string_view name) {
    return world_.cluster().find(resource, "demo", name);
  }

  World world_;
  Safety safety_;
};

TEST_F(EndStateTest, NothingIsWrongWhenAllIsWell) {
  come_to_rest();
  EXPECT_THAT(wrong(true), IsEmpty());
}

TEST_F(EndStateTest, L1ACronJobThatIsNotAsItShouldBe) {
  come_to_rest();
  world_.user().patch(kinds::kCronJob, {"demo", "stash-trigger-daily"}, R"({"spec":{"suspend":true}})");
  EXPECT_THAT(wrong(), Contains("L1"));
  world_.run_for(5s);
  EXPECT_THAT(wrong(), IsEmpty());
  world_.user().remove(kinds::kCronJob, {"demo", "stash-trigger-daily"});
  EXPECT_THAT(wrong(), Contains("L1"));
}

TEST_F(EndStateTest, L1AConfigurationThatNobodyLookedAt) {
  come_to_rest();
  world_.user().patch(api::BackupConfiguration::kResource, {"demo", "daily"}, R"({"spec":{"schedule":"0 0 2 1 *"}})");
  EXPECT_THAT(wrong(), Contains("L1"));
}

TEST_F(EndStateTest, L2ASessionWithoutAnEnd) {
  come_to_rest();
  world_.user().must_create(backup_session("demo", "daily-2", "daily"));
  EXPECT_THAT(wrong(), Contains("L2"));
}

TEST_F(EndStateTest, L3WhatHasOutlivedItsOwner) {
  come_to_rest();
  world_.user().must_create_text(
      R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"left","namespace":"demo",
      "labels":{"app.kubernetes.io/managed-by":"stash.appscode.com"}}})"
  );
  EXPECT_THAT(wrong(), Contains("L3"));
}

TEST_F(EndStateTest, L3ASnapshotThatWasNeverCut) {
  come_to_rest();
  world_.user().must_create_text(
      R"({"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"left","namespace":"demo",
      "labels":{"snapstash.dev/session-uid":"gone"}},"spec":{"source":{"persistentVolumeClaimName":"data"}}})"
  );
  EXPECT_THAT(wrong(), Contains("L3"));
}

TEST_F(EndStateTest, L4RequestsThoughNothingHappens) {
  come_to_rest();
  const auto ask = [this] {
    world_.cluster().send("serviceaccount:demo:one-of-us", kube::get(kinds::kClaim, {"demo", "data"}));
  };
  world_.after(10min, ask);
  EXPECT_THAT(wrong(true), testing::ElementsAre("L4"));
}

TEST_F(EndStateTest, L4AndL6NoOperator) {
  come_to_rest();
  world_.replica().kill();
  const auto found = wrong();
  EXPECT_THAT(found, Contains("L4"));
  EXPECT_THAT(found, Contains("L6"));
}

TEST_F(EndStateTest, L7AnotherEnd) {
  come_to_rest();
  const EndState should_be = end_state(world_);
  EXPECT_EQ(difference(should_be, should_be), "");
  const auto snapshots = world_.cluster().list(kinds::kSnapshot, "demo");
  ASSERT_EQ(snapshots.size(), 2U);
  world_.cluster().remove("user", *snapshots.front());
  world_.run_for(5s);
  EXPECT_THAT(difference(end_state(world_), should_be), testing::StartsWith("missing: "));
  EXPECT_THAT(difference(should_be, end_state(world_)), testing::StartsWith("too much: "));
}

}  // namespace
}  // namespace snapstash::sim
