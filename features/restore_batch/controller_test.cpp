#include "features/restore_batch/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"
#include "features/restore_batch/sample_batch.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::restore_batch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kBatch = "PATCH /apis/stash.appscode.com/v1beta1/namespaces/demo/restorebatches/back";

std::string status_write() { return std::string(kBatch) + "/status"; }

struct RestoreBatches : testing::Test, cluster::TestContext {
  api::RestoreBatch batch = sample_batch({"web", "db"}, executor.clock().now());
  Event stop{executor};
  Controller controller{context(), restore::Settings{}, {executor, log, registry}, 1};
  TaskGroup tasks{executor};
  std::vector<json::Value> bodies;  ///< Of the requests that were last taken.

  void put_batch() { put(stores.restore_batches, json::encode(batch)); }
  void start() {
    for (runtime::StoreBase* store : std::initializer_list<runtime::StoreBase*>{
             &stores.restore_batches, &stores.jobs, &stores.pods, &stores.claims, &stores.deployments,
             &stores.stateful_sets, &stores.daemon_sets, &stores.storage_classes
         }) {
      store->begin_initial();
      if (store == &stores.restore_batches) store->stage(versioned(json::encode(batch)));
      if (store == &stores.storage_classes) {
        store->stage(versioned(
            json::Object{{"metadata", json::Object{{"name", "csi-standard"}}}, {"provisioner", "csi.example.io"}}
        ));
      }
      store->commit(fmt::format("{}", ++version));
    }
    tasks.spawn(controller.run(stop));
    executor.run();
    executor.advance(1s);
  }
  json::Value versioned(json::Value object) {
    object.at("metadata").as_object()["resourceVersion"] = fmt::format("{}", ++version);
    return object;
  }
  /// The status that was last written comes back by the watch.
  void see_status() {
    batch.status = json::decode<api::RestoreBatch>(bodies.back())->status;
    put_batch();
    executor.advance(1s);
  }
  void put_claim(const std::string& name, const std::string& phase) {
    put(stores.claims, json::Object{
                           {"metadata",
                            json::Object{
                                {"name", name},
                                {"namespace", "demo"},
                                {"uid", "uid-of-" + name},
                                {"creationTimestamp", format_time(executor.clock().now())},
                                {"labels", json::Object{{"snapstash.dev/restore-uid", "b1"}}}
                            }},
                           {"spec",
                            json::Object{
                                {"storageClassName", "csi-standard"},
                                {"dataSource",
                                 json::Object{
                                     {"apiGroup", "snapshot.storage.k8s.io"},
                                     {"kind", "VolumeSnapshot"},
                                     {"name", name + "-1700000000"}
                                 }}
                            }},
                           {"status", json::Object{{"phase", phase}}}
                       });
  }
  void put_job(const std::string& name, json::Object labels, const std::string& condition = "") {
    json::Object status;
    if (!condition.empty()) {
      status["conditions"] = json::Array{json::Object{{"type", condition}, {"status", "True"}}};
    }
    put(stores.jobs, json::Object{
                         {"metadata",
                          json::Object{
                              {"name", name},
                              {"namespace", "demo"},
                              {"uid", "uid-of-" + name},
                              {"creationTimestamp", format_time(executor.clock().now())},
                              {"labels", std::move(labels)},
                              {"ownerReferences", json::Array{json::Object{
                                                      {"apiVersion", "stash.appscode.com/v1beta1"},
                                                      {"kind", "RestoreBatch"},
                                                      {"name", "back"},
                                                      {"uid", "b1"},
                                                      {"controller", true}
                                                  }}}
                          }},
                         {"status", std::move(status)}
                     });
  }
  void put_member_job(const std::string& member, const std::string& condition = "") {
    put_job("stash-vs-back-" + member, json::Object{{"snapstash.dev/member", member}}, condition);
  }
  void answer_snapshot(const std::string& claim) {
    const std::string name = claim + "-1700000000";
    answer(json::Object{
        {"metadata", json::Object{{"name", name}, {"namespace", "demo"}, {"uid", "uid-of-" + name}}},
        {"status",
         json::Object{
             {"readyToUse", true}, {"boundVolumeSnapshotContentName", "content-of-" + name}, {"restoreSize", "1Gi"}
         }}
    });
    answer(json::Object{
        {"metadata", json::Object{{"name", "content-of-" + name}}},
        {"spec",
         json::Object{{"driver", "csi.example.io"}, {"volumeSnapshotRef", json::Object{{"uid", "uid-of-" + name}}}}}
    });
  }
  void answer_writes(int count) {
    for (int i = 0; i < count; ++i) answer(json::Object{{"metadata", json::Object{{"resourceVersion", "1"}}}});
  }
  /// What a member's Job costs: account, binding, the Job itself.
  void answer_member(const std::string& claim) {
    answer_snapshot(claim);
    answer_writes(3);
  }
  std::vector<std::string> take_requests() {
    std::vector<std::string> all;
    bodies.clear();
    for (const wire::Request& request : transport.requests) {
      all.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
      auto body = json::parse(request.body);
      bodies.push_back(body ? *body : json::Value());
    }
    transport.requests.clear();
    return all;
  }
  std::string said(std::string_view pointer) const { return std::string(json::find_string(bodies.back(), pointer)); }
  std::vector<std::string> jobs_made() const {
    std::vector<std::string> names;
    for (const json::Value& body : bodies) {
      if (json::find_string(body, "/kind") == "Job") names.emplace_back(json::find_string(body, "/metadata/name"));
    }
    return names;
  }
};

TEST_F(RestoreBatches, InParallelAllMembersBeginAtOnce) {
  answer_member("web");
  answer_member("db");
  answer_writes(1);
  start();
  const auto requests = take_requests();
  ASSERT_EQ(requests.size(), 11U);
  EXPECT_EQ(requests[2], "PATCH /api/v1/namespaces/demo/serviceaccounts/restorebatch-back-0");
  EXPECT_EQ(requests.back(), status_write());
  EXPECT_THAT(jobs_made(), ElementsAre("stash-vs-back-0", "stash-vs-back-1"));
  EXPECT_EQ(json::find_string(bodies[4], "/metadata/ownerReferences/0/kind"), "RestoreBatch");
  EXPECT_EQ(json::find_string(bodies[9], "/metadata/labels/snapstash.dev~1member"), "1");
  EXPECT_EQ(said("/status/phase"), "Running");
  EXPECT_EQ(said("/status/members/1/phase"), "Running");
  EXPECT_EQ(json::find(bodies.back(), "/spec"), nullptr);

  put_member_job("0");
  put_member_job("1");
  see_status();
  EXPECT_THAT(take_requests(), IsEmpty());

  answer_writes(2);
  put_claim("web", "Bound");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/members/0/phase"), "Succeeded");
  EXPECT_EQ(said("/status/phase"), "Running");
  see_status();
  put_claim("db", "Bound");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/phase"), "Succeeded");
  EXPECT_EQ(said("/status/conditions/0/type"), "MetricsPushed");
  see_status();
  executor.advance(48h);
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(RestoreBatches, InSequenceEachWaitsForTheOneBefore) {
  batch.spec.execution_order = api::RestoreBatch::ExecutionOrder::kSequential;
  answer_member("web");
  answer_writes(1);
  start();
  take_requests();
  EXPECT_THAT(jobs_made(), ElementsAre("stash-vs-back-0"));
  EXPECT_EQ(said("/status/members/1/phase"), "Pending");
  put_member_job("0");
  see_status();

  answer_writes(1);
  put_claim("web", "Bound");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  answer_member("db");
  answer_writes(1);
  see_status();
  take_requests();
  EXPECT_THAT(jobs_made(), ElementsAre("stash-vs-back-1"));
  EXPECT_EQ(said("/status/members/1/phase"), "Running");
}

TEST_F(RestoreBatches, OneMembersFailureDoesNotKeepTheOthers) {
  batch.metadata.creation_timestamp = executor.clock().now() - 1min;
  answer_member("web");
  refuse(404, "NotFound", "not found");
  answer_writes(1);
  start();
  take_requests();
  EXPECT_EQ(said("/status/members/1/phase"), "Pending");  // it looks once more, when some time has passed
  put_member_job("0");
  put_claim("web", "Bound");
  answer_writes(1);
  see_status();
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/members/0/phase"), "Succeeded");
  refuse(404, "NotFound", "not found");
  answer_writes(1);
  see_status();
  executor.advance(10s);
  take_requests();
  EXPECT_EQ(said("/status/members/1/phase"), "Failed");
  EXPECT_THAT(said("/status/members/1/stats/0/error"), HasSubstr("does not exist"));
  EXPECT_EQ(said("/status/phase"), "Failed");
}

/// One series would have the first one's words only.
TEST_F(RestoreBatches, EachMembersFailureIsAnEvent) {
  batch.metadata.creation_timestamp = executor.clock().now() - 1min;
  for (int look = 0; look < 2; ++look) {  // what is not there is looked for twice
    refuse(404, "NotFound", "not found");
    refuse(404, "NotFound", "not found");
    answer_writes(1);
  }
  start();
  take_requests();
  see_status();
  executor.advance(10s);
  take_requests();
  EXPECT_EQ(said("/status/phase"), "Failed");
  EXPECT_EQ(events.pending(), 3U);  // of the batch, and of two members
}

TEST_F(RestoreBatches, TheirOwnHookRunsBeforeAnyMember) {
  batch.spec.hooks.edit().pre_restore.emplace().tcp_socket = api::TcpSocketAction{"gate", {80}};
  answer_writes(1);
  start();
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/conditions/0/type"), "GlobalPreRestoreHookSucceeded");
  EXPECT_EQ(said("/status/conditions/0/status"), "Unknown");
  answer_writes(2);
  see_status();
  take_requests();
  EXPECT_THAT(jobs_made(), ElementsAre("stash-hook-back-pre"));
  EXPECT_EQ(json::find_string(bodies.back(), "/spec/template/spec/serviceAccountName"), "restorebatch-back-0");

  // It fails: nothing is restored.
  answer_writes(1);
  put_job("stash-hook-back-pre", json::Object{{"snapstash.dev/hook", "pre"}}, "Failed");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/phase"), "Failed");
  EXPECT_EQ(said("/status/conditions/0/reason"), "GlobalPreRestoreHookExecutionFailed");
  EXPECT_EQ(said("/status/members/0/phase"), "Failed");
}

TEST_F(RestoreBatches, UnknownOnesSucceedWhenPodsUseTheirClaims) {
  using enum api::RestoreBatch::MemberPhase;
  batch.status.phase = api::RestoreBatch::Phase::kUnknown;
  batch.status.session_duration = "9s";
  batch.status.snapstash.emplace().members.resize(2, {executor.clock().now()});
  batch.status.members.resize(2);
  batch.status.members[0].phase = kSucceeded;
  batch.status.members[1].phase = kUnknown;
  batch.status.members[1].total_hosts = 1;
  batch.status.members[1].stats = {{"db", api::HostRestoreStats::Phase::kUnknown, "1s", "?"}};
  put_claim("db", "Pending");
  start();
  EXPECT_THAT(take_requests(), IsEmpty());
  answer_writes(1);
  put_claim("db", "Bound");
  executor.advance(1s);
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/phase"), "Succeeded");
  EXPECT_EQ(said("/status/members/1/phase"), "Succeeded");
  EXPECT_EQ(said("/status/sessionDuration"), "9s");
}

TEST_F(RestoreBatches, WithoutMembersAreInvalid) {
  batch.spec.members.clear();
  answer_writes(1);
  start();
  EXPECT_THAT(take_requests(), ElementsAre(status_write()));
  EXPECT_EQ(said("/status/phase"), "Invalid");
  EXPECT_EQ(said("/status/conditions/0/reason"), "ResourceValidationFailed");
}

TEST_F(RestoreBatches, OfStashAreLeftAlone) {
  batch.spec.driver = api::Driver::kRestic;
  start();
  executor.advance(48h);
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(RestoreBatches, BeingDeletedLoseStashsFinalizer) {
  batch.metadata.deletion_timestamp = executor.clock().now();
  batch.metadata.finalizers = {"stash.appscode.com"};
  answer(json::Object{});
  start();
  EXPECT_THAT(take_requests(), ElementsAre(std::string(kBatch)));
}

}  // namespace
}  // namespace snapstash::restore_batch
