#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/evidence.hpp"

namespace snapstash::diagnosis {
namespace {

using namespace std::chrono_literals;
using api::RestoreSession;
using Phase = RestoreSession::Phase;
using StatsPhase = api::HostRestoreStats::Phase;
using kube::ConditionStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = WallTime(1795562400s);

RestoreFacts facts(std::optional<Phase> phase) {
  RestoreFacts made{.now = kNow};
  made.session.metadata.name = "back";
  made.session.metadata.namespace_ = "demo";
  made.session.metadata.creation_timestamp = kNow - 5min;
  made.session.spec.driver = api::Driver::kVolumeSnapshotter;
  made.session.status.phase = phase;
  made.claims = {{.name = "data", .snapshot = "data-1", .phase = "Pending"}};
  return made;
}

kube::Condition condition(std::string_view type, ConditionStatus status, std::string_view message) {
  return {.type = type, .status = status, .reason = "Reason", .message = message, .last_transition_time = kNow};
}

std::vector<std::string> causes(const RestoreFacts& seen) {
  std::vector<std::string> all;
  for (const Finding& each : diagnose(seen).findings) all.push_back(each.cause);
  return all;
}

Finding cause(const RestoreFacts& seen) {
  const auto findings = diagnose(seen).findings;
  return findings.empty() ? Finding{} : findings.front();
}

TEST(DiagnoseRestore, FindsNothingWhereNothingIs) {
  EXPECT_THAT(causes(facts(Phase::kSucceeded)), IsEmpty());
  EXPECT_EQ(
      diagnose(facts(Phase::kRunning)).well, "Nothing is known to be wrong. RestoreSession demo/back is Running."
  );
}

TEST(DiagnoseRestore, AFailureIsThatOfTheClaimThatFailed) {
  RestoreFacts seen = facts(Phase::kFailed);
  seen.session.status.stats = {
      {.hostname = "a", .phase = StatsPhase::kFailed, .error = "Not begun: nothing is created."},
      {.hostname = "b", .phase = StatsPhase::kFailed, .error = "VolumeSnapshot demo/x does not exist"},
      {.hostname = "c", .phase = StatsPhase::kSucceeded}
  };
  EXPECT_EQ(
      cause(seen).cause, "RestoreSession demo/back failed (1 more below): PVC b: VolumeSnapshot demo/x does not exist"
  );
  EXPECT_EQ(cause(seen).remedy, "A RestoreSession runs once: create another one, with another name.");
}

TEST(DiagnoseRestore, WhatThePvcsSayIsNotSaidTwice) {
  RestoreFacts seen = facts(Phase::kFailed);
  seen.session.status.stats = {{.hostname = "b", .phase = StatsPhase::kFailed, .error = "no such snapshot"}};
  seen.session.status.conditions = {condition("RestoreExecutorEnsured", ConditionStatus::kFalse, "b: no such snapshot")
  };
  EXPECT_EQ(cause(seen).cause, "RestoreSession demo/back failed: PVC b: no such snapshot");
  seen.session.status.stats.clear();
  EXPECT_EQ(cause(seen).cause, "RestoreSession demo/back failed: b: no such snapshot");
}

TEST(DiagnoseRestore, AMemberOfABatch) {
  RestoreFacts seen = facts(Phase::kFailed);
  seen.session.part = {.member = 1, .began = kNow};
  EXPECT_THAT(causes(seen), IsEmpty());  // its turn never came: the batch says why
  seen.session.status.phase = Phase::kPending;
  seen.session.status.conditions = {condition("RestoreTargetFound", ConditionStatus::kFalse, "web does not exist.")};
  EXPECT_THAT(cause(seen).remedy, HasSubstr("leave spec.members[1].target.ref out"));
}

TEST(DiagnoseRestore, ABatchItself) {
  api::RestoreBatch batch;
  batch.metadata.name = "back";
  batch.metadata.namespace_ = "demo";
  EXPECT_THAT(diagnose(batch), IsEmpty());
  batch.status.conditions = {condition("GlobalPreRestoreHookSucceeded", ConditionStatus::kFalse, "exit code 1")};
  const std::string again = "A RestoreBatch runs once: create another one, with another name.";
  EXPECT_THAT(diagnose(batch), ElementsAre(Finding{"RestoreBatch demo/back failed: exit code 1", again}));
}

TEST(DiagnoseRestore, AFailureWithoutAClaim) {
  RestoreFacts seen = facts(Phase::kFailed);
  EXPECT_THAT(cause(seen).cause, HasSubstr("failed: it does not say why."));
  seen.session.status.conditions = {condition("DeadlineExceeded", ConditionStatus::kTrue, "within 1h.")};
  EXPECT_THAT(cause(seen).cause, HasSubstr("failed: within 1h."));
}

TEST(DiagnoseRestore, InvalidAndRestic) {
  RestoreFacts seen = facts(Phase::kInvalid);
  seen.session.status.conditions = {condition("ValidationPassed", ConditionStatus::kFalse, "spec.target: no")};
  EXPECT_EQ(cause(seen).cause, "RestoreSession demo/back is Invalid: spec.target: no");
  seen.session.spec.driver = api::Driver::kRestic;
  EXPECT_THAT(cause(seen).cause, HasSubstr("Restic"));
}

TEST(DiagnoseRestore, AClaimThatIsNotBound) {
  RestoreFacts seen = facts(Phase::kRunning);
  seen.events = {
      {.kind = "PersistentVolumeClaim", .name = "data", .reason = "ProvisioningFailed", .message = "no such handle"}
  };
  EXPECT_EQ(cause(seen).cause, "PVC data is not bound yet: no such handle");
  seen.claims[0].foreign = true;
  EXPECT_EQ(cause(seen).cause, "PVC data exists and is not this restore's: it is left alone.");
  seen.claims[0].phase = "";
  seen.claims[0].obstacle = "StorageClass x not found.";
  EXPECT_EQ(cause(seen).cause, "PVC data cannot be restored: StorageClass x not found.");
}

TEST(DiagnoseRestore, WhatItWaitsFor) {
  RestoreFacts seen = facts(Phase::kPending);
  seen.session.status.conditions = {
      condition("RestoreTargetFound", ConditionStatus::kFalse, "Deployment demo/web does not exist."),
      condition("Stalled", ConditionStatus::kTrue, "stuck")
  };
  EXPECT_THAT(causes(seen), ElementsAre("Deployment demo/web does not exist."));
  seen.session.status.conditions.erase(seen.session.status.conditions.begin());
  EXPECT_THAT(causes(seen), ElementsAre("RestoreSession demo/back is stuck: stuck"));
  seen.jobs = {{.name = "j", .trouble = "Unschedulable"}};
  EXPECT_THAT(causes(seen), ElementsAre("Job j cannot do its work: Unschedulable"));
}

TEST(DiagnoseRestore, OneThatNobodyLooksAt) {
  EXPECT_THAT(causes(facts({})), ElementsAre("RestoreSession demo/back has not been looked at by the operator."));
  RestoreFacts seen = facts({});
  seen.operator_.seen = true;
  EXPECT_THAT(causes(seen), ElementsAre(HasSubstr("No operator of Snapstash")));
}

TEST(DiagnoseRestore, UnknownWaitsForAPod) {
  RestoreFacts seen = facts(Phase::kUnknown);
  seen.session.status.stats = {{.hostname = "data", .phase = StatsPhase::kUnknown, .error = "It waits."}};
  EXPECT_EQ(cause(seen).cause, "RestoreSession demo/back is Unknown: PVC data: It waits.");
  EXPECT_THAT(cause(seen).remedy, HasSubstr("Start the pods that use these PVCs"));
}

TEST(EvidenceOfARestore, IsLineByLine) {
  RestoreFacts seen = facts(Phase::kRunning);
  seen.session.status.stats = {{.hostname = "data", .phase = StatsPhase::kRunning}};
  EXPECT_EQ(
      evidence(seen),
      "RestoreSession demo/back: Running, created 5m0s ago\n"
      "  PVC data: Running\n"
      "PVC data, from VolumeSnapshot data-1: Pending\n"
  );
}

}  // namespace
}  // namespace snapstash::diagnosis
