#include "features/cli/debug.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/diagnosis/shelf.hpp"

namespace snapstash::cli {
namespace {

using Subject = cli::Debug::Subject;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Debugging : testing::Test, diagnosis::ShelfCluster {
  std::ostringstream out, err;
  NullLog log;

  int run(Subject subject, const std::string& name = "") {
    Ports ports{client, executor, executor.clock(), random, log, out, err, "demo"};
    const auto code = executor.run_task(debug(ports, {subject, name}));
    if (!code) err << code.error().message;
    return code ? *code : kFailure;
  }
};

TEST_F(Debugging, NothingIsWrong) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Succeeded"})");
  EXPECT_EQ(run(Subject::kConfiguration, "web"), kOk);
  EXPECT_THAT(
      out.str(), StartsWith("Nothing is known to be wrong. BackupSession demo/web-1 is Succeeded.\n\nWHAT WAS SEEN\n"
                            "BackupConfiguration demo/web: Ready")
  );
  EXPECT_EQ(err.str(), "");
}

TEST_F(Debugging, TheCauseComesFirstThenTheRemedyThenTheEvidence) {
  run_operator();
  put_configuration();
  put_session("web-0", R"({"phase": "Succeeded"})");
  put_session("web-1", R"({"phase": "Running"})");
  put_job("stash-vs-web-1", "uid-web-1");
  put_pod("stash-vs-web-1", R"({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
    "reason": "Unschedulable", "message": "0/1 nodes are available"}]})");
  EXPECT_EQ(run(Subject::kConfiguration, "web"), kFailure);
  EXPECT_THAT(
      out.str(),
      StartsWith("CAUSE   Job stash-vs-web-1 cannot do its work: Unschedulable: 0/1 nodes are available\n"
                 "REMEDY  No node takes the pod. Make room, or mend nodeSelector, affinity and tolerations in "
                 "spec.runtimeSettings.pod. It goes on by itself.\n\nWHAT WAS SEEN\n")
  );
  EXPECT_THAT(out.str(), HasSubstr("BackupSession demo/web-1: Running"));
  EXPECT_THAT(out.str(), Not(HasSubstr("web-0")));
}

TEST_F(Debugging, OneSession) {
  run_operator();
  put_configuration();
  put_session("web-1", R"({"phase": "Failed", "targets": [{"ref": {}, "stats": [
    {"hostname": "data", "phase": "Failed", "error": "no space"}]}]})");
  EXPECT_EQ(run(Subject::kSession, "web-1"), kFailure);
  EXPECT_THAT(out.str(), StartsWith("CAUSE   BackupSession demo/web-1 failed: PVC data: no space\n"));
}

TEST_F(Debugging, ASessionWhoseConfigurationIsGone) {
  put_session("web-1", "{}");
  EXPECT_EQ(run(Subject::kSession, "web-1"), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("BackupConfiguration demo/web does not exist."));
}

TEST_F(Debugging, ABatchAndWhatIsInTheWayOfItsMembers) {
  run_operator();
  shelf.put(std::string(kOurs) + "backupbatches", R"({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupBatch",
    "metadata": {"name": "all", "namespace": "demo", "uid": "b1", "generation": 1},
    "spec": {"driver": "VolumeSnapshotter", "schedule": "@daily", "retentionPolicy": {"name": "x", "prune": true},
      "members": [{"target": {"ref": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}},
        {"target": {"ref": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "db"}}}]},
    "status": {"phase": "Ready", "observedGeneration": 1}})");
  EXPECT_EQ(run(Subject::kBatch, "all"), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("Deployment demo/web"));
  EXPECT_THAT(out.str(), HasSubstr("Deployment demo/db"));
  EXPECT_THAT(out.str(), HasSubstr("BackupBatch demo/all: Ready, no target"));
  shelf.put(std::string(kOurs) + "backupsessions", R"({
    "metadata": {"name": "all-1", "namespace": "demo", "uid": "s1", "creationTimestamp": "2026-01-01T00:00:00Z"},
    "spec": {"invoker": {"kind": "BackupBatch", "name": "all"}}, "status": {"phase": "Failed", "targets": [
      {"ref": {}, "stats": [{"hostname": "data", "phase": "Failed", "error": "gone"}]}]}})");
  out.str("");
  EXPECT_EQ(run(Subject::kBatch, "all"), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("BackupSession demo/all-1 failed: PVC data: gone"));
  EXPECT_THAT(out.str(), HasSubstr("kubectl stash trigger --backupbatch=all -n demo --wait"));
}

TEST_F(Debugging, ARestoreBatchMemberByMember) {
  run_operator();
  shelf.put(std::string(kOurs) + "restorebatches", R"({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "RestoreBatch",
    "metadata": {"name": "back", "namespace": "demo", "uid": "r1"},
    "spec": {"driver": "VolumeSnapshotter", "members": [
      {"target": {"volumeClaimTemplates": [{"metadata": {"name": "a"}, "spec": {"dataSource": {
        "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "gone"}}}]}},
      {"target": {"volumeClaimTemplates": [{"metadata": {"name": "b"}, "spec": {"dataSource": {
        "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "lost"}}}]}}]},
    "status": {"phase": "Failed", "members": [
      {"ref": {}, "phase": "Failed", "stats": [{"hostname": "a", "phase": "Failed", "error": "no such snapshot"}]},
      {"ref": {}, "phase": "Failed", "stats": [{"hostname": "b", "phase": "Failed", "error": "lost, too"}]}]}})");
  EXPECT_EQ(run(Subject::kRestoreBatch, "back"), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("CAUSE   member 0 of RestoreBatch demo/back failed: PVC a: no such snapshot"));
  EXPECT_THAT(out.str(), HasSubstr("member 1 of RestoreBatch demo/back failed: PVC b: lost, too"));
  EXPECT_THAT(out.str(), HasSubstr("A RestoreBatch runs once"));
  const std::string seen = out.str();
  const std::size_t operator_at = seen.find("Operator: Deployment");
  EXPECT_NE(operator_at, std::string::npos);
  EXPECT_EQ(seen.rfind("Operator: Deployment"), operator_at);  // said once, not for each member
  EXPECT_EQ(run(Subject::kRestoreBatch, "nope"), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("RestoreBatch demo/nope does not exist"));
}

TEST_F(Debugging, ARestoreBatchThatIsInvalidIsThatAndNothingElse) {
  run_operator();
  shelf.put(
      std::string(kOurs) + "restorebatches", R"({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "RestoreBatch",
    "metadata": {"name": "back", "namespace": "demo", "uid": "r1"},
    "spec": {"driver": "VolumeSnapshotter", "members": [
      {"target": {"volumeClaimTemplates": [{"metadata": {"name": "a"}, "spec": {"dataSource": {
        "apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "gone"}}}]}}]},
    "status": {"phase": "Invalid", "conditions": [{"type": "ValidationPassed", "status": "False",
      "reason": "ResourceValidationFailed", "message": "spec.members[0]: no", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}})"
  );
  EXPECT_EQ(run(Subject::kRestoreBatch, "back"), kFailure);
  EXPECT_THAT(
      out.str(), HasSubstr("CAUSE   RestoreBatch demo/back is Invalid: spec.members[0]: no\nREMEDY  A Restore")
  );
  EXPECT_FALSE(out.str().contains("ALSO"));
}

TEST_F(Debugging, WhatIsNotThere) {
  EXPECT_EQ(run(Subject::kSession, "web-9"), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("BackupSession demo/web-9 does not exist, or not any more"));
  EXPECT_EQ(run(Subject::kRestore, "back"), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("RestoreSession demo/back does not exist"));
  EXPECT_EQ(run(Subject::kConfiguration, "web"), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("There is no BackupConfiguration in namespace demo"));
  EXPECT_EQ(out.str(), "");
}

TEST_F(Debugging, ARestore) {
  run_operator();
  shelf.put(std::string(kOurs) + "restoresessions", R"({"metadata": {"name": "back", "namespace": "demo", "uid": "r1"},
    "spec": {"driver": "VolumeSnapshotter"}, "status": {"phase": "Invalid", "conditions": [{"type": "ValidationPassed",
      "status": "False", "message": "spec.target: no", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}})");
  EXPECT_EQ(run(Subject::kRestore, "back"), kFailure);
  EXPECT_THAT(out.str(), StartsWith("CAUSE   RestoreSession demo/back is Invalid: spec.target: no\n"));
}

TEST_F(Debugging, TheOperator) {
  run_operator();
  EXPECT_EQ(run(Subject::kOperator), kOk);
  EXPECT_EQ(
      out.str(),
      "The operator works.\n\nWHAT WAS SEEN\n"
      "Operator: Deployment snapstash/snapstash, 1/1 ready, image registry/snapstash:1\n"
      "  snapstash-1_x leads, renewed 0s ago\n"
  );
  out.str("");
  shelf.objects.clear();
  EXPECT_EQ(run(Subject::kOperator), kFailure);
  EXPECT_THAT(out.str(), StartsWith("CAUSE   No operator of Snapstash is in this cluster"));
}

TEST_F(Debugging, WhatMayNotBeSeenIsSaid) {
  run_operator();
  shelf.forbidden = {"/apis/coordination.k8s.io/v1/namespaces/snapstash/leases"};
  EXPECT_EQ(run(Subject::kOperator), kOk);
  EXPECT_THAT(out.str(), HasSubstr("Not seen: the Lease, so who leads: /apis/coordination"));
}

}  // namespace
}  // namespace snapstash::cli
