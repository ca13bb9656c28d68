#include "features/diagnosis/observe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/evidence.hpp"
#include "features/diagnosis/shelf.hpp"

namespace snapstash::diagnosis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Observe : testing::Test, ShelfCluster {
  Reader reader{client};

  template <class T>
  T read(const std::string& path) {
    return json::decode<T>(shelf.objects.at(path)).value();
  }
  BackupFacts backup(const std::string& session) {
    const std::string ours = kOurs;
    BackupSubject subject{.namespace_ = "demo", .name = "web"};
    subject.configuration = read<api::BackupConfiguration>(ours + "backupconfigurations/web");
    subject.session = read<api::BackupSession>(ours + "backupsessions/" + session);
    return executor.run_task(observe(reader, executor.clock().now(), std::move(subject)));
  }
};

TEST_F(Observe, TheOperatorAndItsLease) {
  run_operator();
  const OperatorFacts seen = executor.run_task(observe_operator(reader));
  ASSERT_EQ(seen.programs.size(), 1U);
  EXPECT_EQ(seen.programs[0].lease, "snap");
  EXPECT_EQ(seen.lease->holder, "snapstash-1_x");
  EXPECT_TRUE(seen.lease_seen);
  EXPECT_EQ(seen.schema_is_ours, true);
  EXPECT_THAT(reader.unseen(), IsEmpty());
  EXPECT_THAT(diagnose(seen, executor.clock().now()).findings, IsEmpty());
}

/// A batch of 64 members must not list everything 64 times.
TEST_F(Observe, WhatWasReadIsNotAskedForAgain) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Failed"})");
  const BackupFacts first = backup("web-1");
  shelf.requests.clear();
  const BackupFacts second = backup("web-1");
  // What was not there is asked for again, and a member's target is looked for as a session would.
  EXPECT_THAT(
      shelf.requests, ElementsAre(
                          "/apis/batch/v1/namespaces/demo/cronjobs/stash-trigger-web",
                          std::string(kCore) + "persistentvolumeclaims/data"
                      )
  );
  EXPECT_EQ(diagnose(second).findings.size(), diagnose(first).findings.size());
  EXPECT_EQ(evidence(second), evidence(first));
}

TEST_F(Observe, WhatCouldNotBeReadIsUnseenForEachMember) {
  put_configuration();
  put_session("web-1", R"({"phase": "Failed"})");
  shelf.forbidden = {"/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses"};
  for (int member = 0; member < 2; ++member) EXPECT_THAT(backup("web-1").volumes, IsEmpty()) << member;
}

TEST_F(Observe, AClusterWithoutTheKinds) {
  shelf.unknown = {"/apis/stash.appscode.com/v1beta1", "/apis/snapshot.storage.k8s.io/v1"};
  const OperatorFacts seen = executor.run_task(observe_operator(reader));
  EXPECT_THAT(seen.missing_groups, ElementsAre("stash.appscode.com", "snapshot.storage.k8s.io"));
}

TEST_F(Observe, WithoutRightsSaysWhatWasNotSeenAndBlamesNobody) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Succeeded"})");
  shelf.forbidden = {
      "/apis/apps/v1/deployments", "/api/v1/persistentvolumes",
      "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses",
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  };
  const BackupFacts seen = backup("web-1");
  EXPECT_THAT(diagnose(seen).findings, IsEmpty());
  EXPECT_THAT(seen.unseen, Contains(HasSubstr("the operator's Deployment: ")));
  EXPECT_THAT(seen.unseen, Contains(HasSubstr("VolumeSnapshotClasses: ")));
  EXPECT_THAT(seen.volumes, IsEmpty());
}

TEST_F(Observe, AJobWhosePodGetsNoImage) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Running"})");
  put_job("stash-vs-web-1", "uid-web-1");
  put_job("stash-vs-other", "uid-other");
  put_pod("stash-vs-web-1", R"({"phase": "Pending", "containerStatuses": [{"state": {"waiting": {
    "reason": "ImagePullBackOff", "message": "Back-off pulling image"}}}]})");
  const BackupFacts seen = backup("web-1");
  ASSERT_EQ(seen.jobs.size(), 1U);
  EXPECT_EQ(seen.jobs[0].trouble, "ImagePullBackOff: Back-off pulling image");
  EXPECT_EQ(seen.volumes.at(0).class_name, "fast");
  EXPECT_THAT(diagnose(seen).findings.at(0).remedy, HasSubstr("imagePullSecrets"));
}

TEST_F(Observe, AJobWithoutAPodIsExplainedByItsEvent) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Running"})");
  put_job("stash-vs-web-1", "uid-web-1");
  shelf.put("/api/v1/namespaces/demo/events", R"({"metadata": {"name": "e1"}, "type": "Warning",
    "involvedObject": {"kind": "Job", "name": "stash-vs-web-1"}, "reason": "FailedCreate", "count": 4,
    "lastTimestamp": "2026-01-01T00:00:00Z", "message": "exceeded quota: small"})");
  shelf.put("/api/v1/namespaces/demo/events", R"({"metadata": {"name": "e2"}, "type": "Warning",
    "involvedObject": {"kind": "Job", "name": "web-somebody-elses"}, "reason": "X", "message": "x"})");
  const BackupFacts seen = backup("web-1");
  EXPECT_EQ(seen.jobs.at(0).trouble, "FailedCreate: exceeded quota: small");
  ASSERT_EQ(seen.events.size(), 1U);
  EXPECT_EQ(seen.events[0].count, 4);
}

TEST_F(Observe, ASnapshotAndWhatItsContentSays) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Running"})");
  shelf.put(kSnapshots, R"({"metadata": {"name": "data-1", "namespace": "demo",
    "labels": {"snapstash.dev/session-uid": "uid-web-1"}}, "spec": {"source": {"persistentVolumeClaimName": "data"}},
    "status": {"boundVolumeSnapshotContentName": "content-1"}})");
  shelf.put("/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents", R"({"metadata": {"name": "content-1"},
    "spec": {"deletionPolicy": "Delete"}, "status": {"error": {"message": "rpc error"}}})");
  const BackupFacts seen = backup("web-1");
  EXPECT_THAT(
      seen.snapshots, ElementsAre(SnapshotFacts{
                          .name = "data-1",
                          .pvc = "data",
                          .error = "",
                          .content = "content-1",
                          .content_error = "rpc error",
                          .deletion_policy = "Delete"
                      })
  );
}

TEST_F(Observe, ATargetThatIsGone) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Succeeded"})");
  shelf.objects.erase("/api/v1/namespaces/demo/persistentvolumeclaims/data");
  EXPECT_EQ(backup("web-1").no_target, "Backup target PersistentVolumeClaim demo/data does not exist.");
}

TEST_F(Observe, ARestoreOfASnapshotThatIsNotThere) {
  run_operator();
  const auto session = json::decode<api::RestoreSession>(*json::parse(R"({
    "metadata": {"name": "back", "namespace": "demo", "uid": "r1"},
    "spec": {"driver": "VolumeSnapshotter", "target": {"replicas": 2, "volumeClaimTemplates": [
      {"metadata": {"name": "data-${POD_ORDINAL}"}, "spec": {"storageClassName": "x",
        "dataSource": {"kind": "VolumeSnapshot", "name": "s-${POD_ORDINAL}"}}}]}}})"));
  shelf.put(std::string(kCore) + "persistentvolumeclaims", R"({"metadata": {"name": "data-1", "namespace": "demo",
    "labels": {"snapstash.dev/restore-uid": "r1"}}, "status": {"phase": "Bound"}})");
  const RestoreFacts seen = executor.run_task(observe(reader, executor.clock().now(), session.value()));
  ASSERT_EQ(seen.claims.size(), 2U);
  EXPECT_EQ(seen.claims[0].obstacle, "VolumeSnapshot demo/s-0 does not exist");
  EXPECT_EQ(seen.claims[1].phase, "Bound");
  EXPECT_FALSE(seen.claims[1].foreign);
}

}  // namespace
}  // namespace snapstash::diagnosis
