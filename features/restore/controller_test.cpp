#include "features/restore/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/restore/test_cluster.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kStatus =
    "PATCH /apis/stash.appscode.com/v1beta1/namespaces/demo/restoresessions/restore-pvc/status";

struct Restores : testing::Test, TestCluster {
  Event stop{executor};
  Controller controller{context(), Settings{}, {executor, log, registry}, 1};
  TaskGroup tasks{executor};

  /// Fills the stores and starts.
  void start() {
    put_class("csi-standard");
    put_session();
    for (runtime::StoreBase* store : std::initializer_list<runtime::StoreBase*>{
             &stores.restores, &stores.jobs, &stores.pods, &stores.claims, &stores.deployments, &stores.stateful_sets,
             &stores.daemon_sets, &stores.storage_classes
         }) {
      sync(*store);
    }
    tasks.spawn(controller.run(stop));
    executor.run();
  }
  /// Commits what the store has, again.
  void sync(runtime::StoreBase& store) {
    store.begin_initial();
    if (&store == &stores.restores) store.stage(versioned(json::encode(session)));
    if (&store == &stores.storage_classes) {
      store.stage(versioned(
          json::Object{{"metadata", json::Object{{"name", "csi-standard"}}}, {"provisioner", "csi.example.io"}}
      ));
    }
    store.commit(fmt::format("{}", ++version));
  }
  json::Value versioned(json::Value object) {
    object.at("metadata").as_object()["resourceVersion"] = fmt::format("{}", ++version);
    return object;
  }
  /// The status that was last written comes back by the watch.
  void see_status(const json::Value& body) {
    session.status = json::decode<api::RestoreSession>(body)->status;
    put_session();
  }
};

TEST_F(Restores, GoTheirWayFromChecksToSuccess) {
  answer_snapshot("source-data-1700000000");
  answer_snapshot("source-config-1700000000");
  for (int i = 0; i < 4; ++i) answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  start();
  executor.advance(1s);
  const auto first = take_requests();
  ASSERT_EQ(first.size(), 8U);
  EXPECT_EQ(first[4], "PATCH /api/v1/namespaces/demo/serviceaccounts/restoresession-restore-pvc-0");
  EXPECT_EQ(
      first[5], "PATCH /apis/rbac.authorization.k8s.io/v1/namespaces/demo/rolebindings/restoresession-restore-pvc-0"
  );
  EXPECT_EQ(first[6], "POST /apis/batch/v1/namespaces/demo/jobs");
  EXPECT_EQ(first[7], kStatus);
  EXPECT_EQ(json::find_string(bodies[6], "/metadata/name"), "stash-vs-restore-pvc");
  EXPECT_EQ(json::find_string(bodies[7], "/status/phase"), "Running");
  EXPECT_EQ(json::find(bodies[7], "/spec"), nullptr);
  EXPECT_NE(json::find_string(bodies[7], "/metadata/resourceVersion"), "");

  // What was written comes back, and changes nothing.
  put_job("stash-vs-restore-pvc");
  see_status(bodies[7]);
  executor.advance(1s);
  EXPECT_THAT(take_requests(), IsEmpty());

  put_claim("restore-data", "Pending");
  put_claim("restore-config", "Pending");
  executor.advance(8s);
  EXPECT_THAT(take_requests(), IsEmpty());
  EXPECT_EQ(events.pending(), 0U);

  answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  put_claim("restore-data", "Bound");
  put_claim("restore-config", "Bound");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(kStatus));
  EXPECT_EQ(json::find_string(bodies[0], "/status/phase"), "Succeeded");
  EXPECT_EQ(json::find_string(bodies[0], "/status/stats/1/phase"), "Succeeded");
  EXPECT_EQ(events.pending(), 1U);

  see_status(bodies[0]);
  executor.advance(48h);
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(Restores, OneObstacleEndsThemBeforeAnythingExists) {
  session.metadata.creation_timestamp = executor.clock().now() - 10s;
  put_session();
  refuse(404, "NotFound", "not found");
  answer_snapshot("source-config-1700000000");
  answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  start();
  executor.advance(1s);
  const auto requests = take_requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(requests[3], kStatus);
  EXPECT_EQ(json::find_string(bodies[3], "/status/phase"), "Failed");
  EXPECT_THAT(std::string(json::find_string(bodies[3], "/status/stats/0/error")), HasSubstr("does not exist"));
}

TEST_F(Restores, ARefusedJobIsTriedAgain) {
  answer_snapshot("source-data-1700000000");
  answer_snapshot("source-config-1700000000");
  answer(json::Object{});
  answer(json::Object{});
  refuse(403, "Forbidden", "exceeded quota: jobs");
  answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  start();
  executor.advance(1s);
  take_requests();
  EXPECT_THAT(
      std::string(json::find_string(bodies[7], "/status/conditions/0/message")), HasSubstr("exceeded quota: jobs")
  );
  see_status(bodies[7]);
  for (int i = 0; i < 2; ++i) {  // the change of the status is one more occasion
    answer(json::Object{});
    answer(json::Object{});
    refuse(403, "Forbidden", "exceeded quota: jobs");
  }
  executor.advance(20s);
  EXPECT_EQ(take_requests().size(), 3U);
  executor.advance(15s);
  EXPECT_EQ(take_requests().size(), 3U);
}

TEST_F(Restores, OfStashAreLeftAlone) {
  session.spec.driver = api::Driver::kRestic;
  start();
  executor.advance(48h);
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(Restores, BeingDeletedLoseStashsFinalizerOnly) {
  session.metadata.deletion_timestamp = executor.clock().now();
  session.metadata.finalizers = {"stash.appscode.com", "other"};
  answer(json::Object{});
  start();
  executor.advance(1s);
  EXPECT_THAT(
      take_requests(), ElementsAre("PATCH /apis/stash.appscode.com/v1beta1/namespaces/demo/restoresessions/restore-pvc")
  );
  const json::Array& left = *json::find_array(bodies[0], "/metadata/finalizers");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(json::as_view(left[0]), "other");
  EXPECT_NE(json::find_string(bodies[0], "/metadata/resourceVersion"), "");
}

TEST_F(Restores, BeingDeletedWithoutItAreLeftAlone) {
  session.metadata.deletion_timestamp = executor.clock().now();
  session.metadata.finalizers = {"other"};
  start();
  executor.advance(1h);
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(Restores, WaitForTheirTarget) {
  session.spec.target->ref = api::TargetRef{"apps/v1", "Deployment", "web", ""};
  answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  start();
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(kStatus));
  EXPECT_EQ(json::find_string(bodies[0], "/status/phase"), "Pending");
  see_status(bodies[0]);
  executor.advance(1h);
  EXPECT_THAT(take_requests(), IsEmpty());
  answer_snapshot("source-data-1700000000");
  answer_snapshot("source-config-1700000000");
  for (int i = 0; i < 4; ++i) answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  put(stores.deployments, json::Object{{"metadata", json::Object{{"name", "web"}, {"namespace", "demo"}}}});
  executor.advance(1s);
  EXPECT_EQ(take_requests().size(), 8U);
  EXPECT_EQ(json::find_string(bodies[7], "/status/phase"), "Running");
}

}  // namespace
}  // namespace snapstash::restore
