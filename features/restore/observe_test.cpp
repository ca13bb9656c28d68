#include "features/restore/observe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/restore/test_cluster.hpp"

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Observe : testing::Test, TestCluster {
  Observe() { put_class("csi-standard"); }

  Sight look() {
    auto sight = executor.run_task(observe(context(), std::make_shared<const api::RestoreSession>(session)));
    if (!sight) ADD_FAILURE() << sight.error().message;
    return sight ? *std::move(sight) : Sight{};
  }
  void begin() { session.status.total_hosts = 2; }
  /// Of a PVC that is not there yet, in a session that has begun and has no Job.
  void no_snapshot() { refuse(404, "NotFound", "not found"); }
};

TEST_F(Observe, AFreshSessionIsCheckedByRequests) {
  answer_snapshot("source-data-1700000000");
  answer_snapshot("source-config-1700000000");
  const Sight sight = look();
  EXPECT_FALSE(sight.seen.started);
  ASSERT_EQ(sight.seen.claims.size(), 2U);
  EXPECT_EQ(sight.seen.claims[0].name, "restore-data");
  EXPECT_EQ(sight.seen.claims[0].obstacle, "");
  EXPECT_EQ(sight.seen.claims[1].obstacle, "");
  EXPECT_EQ(sight.seen.deadline, executor.clock().now() + 24h - 40ms);
  EXPECT_THAT(
      take_requests(),
      ElementsAre(
          "GET /apis/snapshot.storage.k8s.io/v1/namespaces/demo/volumesnapshots/source-data-1700000000",
          "GET /apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-of-source-data-1700000000",
          "GET /apis/snapshot.storage.k8s.io/v1/namespaces/demo/volumesnapshots/source-config-1700000000",
          "GET /apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents/content-of-source-config-1700000000"
      )
  );
}

TEST_F(Observe, AMissingSnapshotIsAnObstacle) {
  refuse(404, "NotFound", "not found");
  answer_snapshot("source-config-1700000000");
  const Sight sight = look();
  EXPECT_EQ(sight.seen.claims[0].obstacle, "VolumeSnapshot demo/source-data-1700000000 does not exist");
  EXPECT_EQ(sight.seen.claims[1].obstacle, "");
}

TEST_F(Observe, OneSnapshotForManyClaimsIsAskedForOnce) {
  session.spec.target->replicas = 3;
  auto& templates = session.spec.target->volume_claim_templates;
  templates.resize(1);
  templates[0].metadata.name = "restore-data-${POD_ORDINAL}";
  answer_snapshot("source-data-1700000000");
  const Sight sight = look();
  ASSERT_EQ(sight.seen.claims.size(), 3U);
  EXPECT_EQ(sight.seen.claims[2].name, "restore-data-2");
  EXPECT_EQ(take_requests().size(), 2U);
}

TEST_F(Observe, OnceStartedNothingIsAskedAgain) {
  begin();
  put_job("stash-vs-restore-pvc");
  put_claim("restore-data", "Pending");
  const Sight sight = look();
  EXPECT_TRUE(sight.seen.started);
  EXPECT_THAT(take_requests(), IsEmpty());
  ASSERT_TRUE(sight.seen.claims[0].exists);
  EXPECT_TRUE(sight.seen.claims[0].exists->ours);
  EXPECT_FALSE(sight.seen.claims[0].exists->bound);
  EXPECT_FALSE(sight.seen.claims[1].exists);
}

TEST_F(Observe, AClaimOfOursProvesThatItHasBegun) {
  put_claim("restore-data", "Pending");
  no_snapshot();
  EXPECT_TRUE(look().seen.started);
}

TEST_F(Observe, ASessionThatHasBegunWithoutAJobLearnsItsSizesAgain) {
  begin();
  for (auto& wanted : session.spec.target->volume_claim_templates) set_size(wanted, "1Mi");
  put_claim("restore-config", "Pending");
  answer_snapshot("source-data-1700000000");
  const Sight sight = look();
  EXPECT_EQ(request_of(sight.wanted[0]).size, "1Gi");
  EXPECT_EQ(request_of(sight.wanted[1]).size, "1Mi");
}

TEST_F(Observe, AClaimOfOthersIsSeenBeforeAnythingIsMade) {
  put_claim("restore-data", "Bound", "another");
  answer_snapshot("source-data-1700000000");
  answer_snapshot("source-config-1700000000");
  const Sight sight = look();
  EXPECT_FALSE(sight.seen.started);
  ASSERT_TRUE(sight.seen.claims[0].exists);
  EXPECT_FALSE(sight.seen.claims[0].exists->ours);
}

TEST_F(Observe, AnInvalidSpecAsksNothing) {
  session.spec.target->replicas = 30'000'000;
  EXPECT_THAT(look().seen.invalid, HasSubstr("replicas"));
  EXPECT_THAT(take_requests(), IsEmpty());
}

TEST_F(Observe, ATargetIsWaitedForIfAnybodySeesItsKind) {
  session.spec.target->ref = api::TargetRef{"apps/v1", "Deployment", "web", ""};
  EXPECT_EQ(look().seen.no_target, "Restore target Deployment demo/web does not exist.");
  session.spec.target->ref->kind = "Pod";
  EXPECT_THAT(look().seen.invalid, HasSubstr("spec.target.ref.kind: is \"Pod\""));
}

TEST_F(Observe, WhenTheJobIsOverTheApiServerIsAskedForMissingClaims) {
  begin();
  put_job("stash-vs-restore-pvc", "Complete");
  put_claim("restore-data", "Bound");
  answer(claim_json("restore-config", "Bound", "r1"));
  const Sight sight = look();
  EXPECT_TRUE(sight.seen.claims[1].exists->bound);
  EXPECT_THAT(take_requests(), ElementsAre("GET /api/v1/namespaces/demo/persistentvolumeclaims/restore-config"));
}

TEST_F(Observe, AttemptsAreCountedByTheJobsNames) {
  begin();
  no_snapshot();
  no_snapshot();
  EXPECT_EQ(look().seen.attempts, 0);
  put_job("stash-vs-restore-pvc-2");
  EXPECT_EQ(look().seen.attempts, 2);
}

TEST_F(Observe, APartOfABatchSeesItsOwnJobsAndClock) {
  begin();
  session.part = {.member = 1, .began = executor.clock().now() + 1h};
  put_job("stash-vs-restore-pvc-1");  // without a label: nobody's
  no_snapshot();
  no_snapshot();
  const Sight sight = look();
  EXPECT_FALSE(sight.seen.job);
  EXPECT_EQ(sight.seen.attempts, 0);
  EXPECT_EQ(sight.seen.created, session.part->began);
  EXPECT_EQ(sight.seen.deadline, session.part->began + 24h);
  session.spec.time_out = "30m";
  EXPECT_EQ(deadline_of(session), *session.metadata.creation_timestamp + 30min);
}

TEST_F(Observe, ASlowProvisionersEventIsQuoted) {
  begin();
  put_claim("restore-data", "Pending");
  executor.advance(2min);
  no_snapshot();
  answer(json::Object{{"items", json::Array{json::Object{{"metadata", json::Object{}}, {"message", "no space"}}}}});
  EXPECT_EQ(look().seen.claims[0].exists->provisioner_says, "no space");
  no_snapshot();
  refuse(403, "Forbidden", "events are none of your business");
  EXPECT_EQ(look().seen.claims[0].exists->provisioner_says, "");
}

TEST_F(Observe, ResultsInTheStatusAreFinal) {
  using Phase = api::HostRestoreStats::Phase;
  begin();
  session.status.stats = {{"restore-data", Phase::kSucceeded, "3s", ""}, {"restore-config", Phase::kFailed, "", "no"}};
  const Sight sight = look();
  EXPECT_EQ(sight.seen.claims[0].said, (Outcome{ClaimState::kSucceeded, ""}));
  EXPECT_EQ(sight.seen.claims[1].said, (Outcome{ClaimState::kFailed, "no"}));
}

TEST_F(Observe, AnUnknownSessionIsOverUntilItsClaimsAreBound) {
  using Phase = api::HostRestoreStats::Phase;
  begin();
  session.status.phase = api::RestoreSession::Phase::kUnknown;
  session.status.stats = {{"restore-data", Phase::kUnknown, "1s", "?"}, {"restore-config", Phase::kSucceeded, "", ""}};
  EXPECT_TRUE(look().seen.finished);
  put_claim("restore-data", "Pending");
  EXPECT_TRUE(look().seen.finished);
  put_claim("restore-data", "Bound", "another");
  EXPECT_TRUE(look().seen.finished);
  put_claim("restore-data", "Bound");
  EXPECT_FALSE(look().seen.finished);
  EXPECT_EQ(decide(look().seen).verdict, Verdict::kSucceeded);
}

TEST_F(Observe, TheDeadlineIsTheUsers) {
  session.spec.time_out = "30m";
  EXPECT_EQ(deadline_of(session), *session.metadata.creation_timestamp + 30min);
}

struct View : testing::Test, TestCluster {
  ClaimView of(const json::Value& claim) {
    const auto decoded = json::decode<api::PersistentVolumeClaim>(claim);
    return view(
        *decoded, "r1", request_of(api::sample_template("restore-data", "source-data-1700000000")),
        stores.storage_classes.objects()
    );
  }
};

TEST_F(View, SaysWhetherTheSourceWasKept) {
  json::Value claim = claim_json("restore-data", "Bound", "r1");
  EXPECT_TRUE(of(claim).source_kept);
  claim.at("spec").as_object()["dataSource"].as_object()["name"] = "another";
  EXPECT_FALSE(of(claim).source_kept);
  claim.at("spec").as_object().erase("dataSource");
  EXPECT_FALSE(of(claim).source_kept);
  claim.at("spec").as_object()["dataSourceRef"] =
      json::Object{{"kind", "VolumeSnapshot"}, {"name", "source-data-1700000000"}};
  EXPECT_TRUE(of(claim).source_kept);
}

TEST_F(View, WaitsForAConsumerOnlyWhileItIsUnbound) {
  put_class("csi-standard", "WaitForFirstConsumer");
  EXPECT_TRUE(of(claim_json("restore-data", "Pending", "r1")).waits_for_consumer);
  EXPECT_FALSE(of(claim_json("restore-data", "Bound", "r1")).waits_for_consumer);
  put_class("csi-standard", "Immediate");
  EXPECT_FALSE(of(claim_json("restore-data", "Pending", "r1")).waits_for_consumer);
}

}  // namespace
}  // namespace snapstash::restore
