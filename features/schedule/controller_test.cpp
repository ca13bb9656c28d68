#include "features/schedule/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "features/cluster/test_context.hpp"

namespace snapstash::schedule {
namespace {

struct Schedules : testing::Test, cluster::TestContext {
  api::BackupConfiguration configuration = api::sample_configuration();
  Controller<api::BackupConfiguration> controller{context(), Settings{}, {executor, log, registry}, 1};

  Schedules() {
    configuration.metadata.uid = "c1";
    configuration.metadata.deletion_timestamp = executor.clock().now();
    configuration.metadata.finalizers = {"somebody.else/first", "stash.appscode.com", "somebody.else/last"};
  }

  Result<runtime::Requeue> pass() {
    put(stores.configurations, json::encode(configuration));
    return executor.run_task(controller.reconcile(runtime::key_of(configuration.metadata)));
  }
};

TEST_F(Schedules, StashsFinalizerIsTakenOffWhatIsDeletedAndNoOther) {
  answer(json::Object{});
  EXPECT_TRUE(pass());
  ASSERT_EQ(transport.requests.size(), 1U);
  EXPECT_EQ(transport.requests[0].method, "PATCH");
  const json::Value patch = *json::parse(transport.requests[0].body);
  EXPECT_EQ(
      json::serialize(*json::find(patch, "/metadata/finalizers")), R"(["somebody.else/first","somebody.else/last"])"
  );
  // Somebody who adds one meanwhile keeps it: the patch is of what was seen.
  EXPECT_EQ(json::find_string(patch, "/metadata/resourceVersion"), std::to_string(version));
}

TEST_F(Schedules, WithoutItNothingIsWritten) {
  configuration.metadata.finalizers = {"somebody.else/first"};
  EXPECT_TRUE(pass());
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(Schedules, WhatIsGoneAlreadyIsNoError) {
  refuse(404, "NotFound", "not found");
  EXPECT_TRUE(pass());
}

TEST_F(Schedules, AConflictIsTriedAgain) {
  refuse(409, "Conflict", "the object has been modified");
  EXPECT_FALSE(pass());
}

TEST_F(Schedules, WhatTheServerRefusesIsToldAsAnEventToo) {
  configuration.metadata.deletion_timestamp.reset();
  configuration.metadata.finalizers.clear();
  put(stores.deployments, json::Object{{"metadata", json::Object{{"name", "stash-demo"}, {"namespace", "demo"}}}});
  answer(json::Object{{"metadata", json::Object{{"uid", "c1"}}}});  // it is still there
  refuse(403, "Forbidden", "exceeded quota: few");
  answer(json::Object{});
  EXPECT_FALSE(pass());
  ASSERT_EQ(transport.requests.size(), 3U);
  const json::Value written = *json::parse(transport.requests[2].body);
  EXPECT_EQ(json::find_string(written, "/status/phase"), "NotReady");
  EXPECT_NE(
      transport.requests[2].body.find("Failed to create backup triggering CronJob. Reason: exceeded quota: few"),
      std::string::npos
  );
  EXPECT_EQ(events.pending(), 1U);
}

TEST_F(Schedules, WhatIsOfResticIsNotTouched) {
  configuration.spec.driver = api::Driver::kRestic;
  EXPECT_TRUE(pass());
  EXPECT_TRUE(transport.requests.empty());
}

}  // namespace
}  // namespace snapstash::schedule
