#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/evidence.hpp"

namespace snapstash::diagnosis {
namespace {

using namespace std::chrono_literals;
using api::BackupSession;
using Phase = BackupSession::Phase;
using kube::ConditionStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = WallTime(1795562400s);

kube::Condition condition(std::string_view type, ConditionStatus status, std::string_view message) {
  return {.type = type, .status = status, .reason = "Reason", .message = message, .last_transition_time = kNow - 1min};
}

BackupSession session(const std::string& name, std::optional<Phase> phase, Duration age = 5min) {
  BackupSession made;
  made.metadata.name = name;
  made.metadata.namespace_ = "demo";
  made.metadata.creation_timestamp = kNow - std::chrono::duration_cast<WallTime::duration>(age);
  made.spec.invoker.name = "web";
  made.status.phase = phase;
  return made;
}

/// A cluster in which all is well, and the session has that phase.
BackupFacts facts(std::optional<Phase> phase) {
  BackupFacts made{.now = kNow, .namespace_ = "demo", .name = "web"};
  made.configuration.emplace();
  made.configuration->metadata.name = "web";
  made.configuration->metadata.namespace_ = "demo";
  made.configuration->spec.driver = api::Driver::kVolumeSnapshotter;
  made.configuration->status.phase = api::BackupConfiguration::Phase::kReady;
  made.session = session("web-1", phase);
  made.volumes = {{.pvc = "data", .class_name = "fast"}};
  made.operator_ = {.seen = true, .schema_is_ours = true};
  made.operator_.programs = {{.namespace_ = "ns", .name = "snapstash", .ready = 1, .wanted = 1, .elects = false}};
  return made;
}

void fail_volume(BackupFacts& seen, const std::string& error) {
  api::BackupTargetStatus target;
  target.stats = {{.hostname = "data", .phase = api::HostBackupStats::Phase::kFailed, .error = error}};
  seen.session->status.targets = {std::move(target)};
}

std::vector<std::string> causes(const BackupFacts& seen) {
  std::vector<std::string> all;
  for (const Finding& each : diagnose(seen).findings) all.push_back(each.cause);
  return all;
}

Finding cause(const BackupFacts& seen) {
  const auto findings = diagnose(seen).findings;
  return findings.empty() ? Finding{} : findings.front();
}

TEST(MostTelling, IsTheOldestThatRunsThenTheNewest) {
  EXPECT_EQ(most_telling({}), nullptr);
  const std::vector<BackupSession> ended{
      session("a", Phase::kFailed, 3h), session("c", Phase::kSkipped, 1h), session("b", Phase::kSucceeded, 2h)
  };
  EXPECT_EQ(most_telling(ended)->metadata.name, "c");
  std::vector<BackupSession> running = ended;
  running.push_back(session("e", Phase::kPending, 1min));
  running.push_back(session("d", Phase::kRunning, 2h));
  EXPECT_EQ(most_telling(running)->metadata.name, "d");
}

TEST(DiagnoseBackup, FindsNothingWhereNothingIs) {
  EXPECT_THAT(causes(facts(Phase::kSucceeded)), IsEmpty());
  EXPECT_THAT(diagnose(facts(Phase::kSucceeded)).well, HasSubstr("BackupSession demo/web-1 is Succeeded."));
  EXPECT_THAT(diagnose(facts(Phase::kRunning)).well, HasSubstr("is Running for 5m0s; 0 of 1 snapshots are ready."));
  BackupFacts none = facts({});
  none.session.reset();
  EXPECT_THAT(diagnose(none).well, HasSubstr("BackupConfiguration demo/web is well and has no sessions."));
}

TEST(DiagnoseBackup, AFailureIsTheSessionsOwnWords) {
  BackupFacts seen = facts(Phase::kFailed);
  fail_volume(seen, "PVC data is Pending.");
  EXPECT_EQ(cause(seen).cause, "BackupSession demo/web-1 failed: PVC data: PVC data is Pending.");
  EXPECT_EQ(
      cause(seen).remedy, "As far as can be seen, a backup could be taken now: kubectl stash trigger web -n demo --wait"
  );
  seen.volumes[0].obstacle = "PVC data is Pending.";
  EXPECT_THAT(cause(seen).remedy, HasSubstr("It is still so."));
  EXPECT_EQ(causes(seen).size(), 1U);
  fail_volume(seen, "VolumeSnapshot data-1 was not taken in time and is deleted.");
  EXPECT_THAT(cause(seen).remedy, HasSubstr("spec.snapstash.cutDeadline"));
  EXPECT_THAT(causes(seen).at(1), HasSubstr("A backup taken now would fail: PVC data is Pending."));
}

TEST(DiagnoseBackup, AFailureBeforeTheFirstVolume) {
  BackupFacts seen = facts(Phase::kFailed);
  api::BackupTargetStatus target;
  target.conditions = {condition("BackupExecutorEnsured", ConditionStatus::kFalse, "Deployment demo/web is gone.")};
  seen.session->status.targets = {target};
  EXPECT_EQ(cause(seen).cause, "BackupSession demo/web-1 failed: Deployment demo/web is gone.");
  seen.session->status.targets.clear();
  EXPECT_EQ(cause(seen).cause, "BackupSession demo/web-1 failed and does not say why.");
}

TEST(DiagnoseBackup, ASkippedOneNamesTheOneBeforeIt) {
  BackupFacts seen = facts(Phase::kSkipped);
  seen.session->status.conditions = {
      condition("BackupSkipped", ConditionStatus::kTrue, R"(Previous BackupSession: web-0 is "Running".)")
  };
  EXPECT_THAT(cause(seen).cause, HasSubstr(R"(web-1 was skipped: Previous BackupSession: web-0 is "Running".)"));
  EXPECT_THAT(cause(seen).remedy, HasSubstr("kubectl stash debug backup --backupconfig=web"));
}

TEST(DiagnoseBackup, WithoutAnOperatorNothingElseIsTheCause) {
  BackupFacts seen = facts(Phase::kRunning);
  seen.operator_.programs[0].wanted = seen.operator_.programs[0].ready = 0;
  seen.jobs = {{.name = "stash-vs-web-1", .trouble = "ImagePullBackOff"}};
  EXPECT_THAT(
      causes(seen), ElementsAre(HasSubstr("is scaled to zero"), HasSubstr("Job stash-vs-web-1 cannot do its work"))
  );
  BackupFacts ended = facts(Phase::kFailed);
  ended.operator_ = seen.operator_;
  EXPECT_THAT(causes(ended), ElementsAre(HasSubstr("failed"), HasSubstr("is scaled to zero")));
}

TEST(DiagnoseBackup, AJobThatCannotWorkSaysMoreThanStalled) {
  BackupFacts seen = facts(Phase::kRunning);
  seen.session->status.conditions = {condition("Stalled", ConditionStatus::kTrue, "waiting for: data.")};
  EXPECT_EQ(cause(seen).cause, "BackupSession demo/web-1 is stuck: waiting for: data.");
  seen.jobs = {{.name = "j", .trouble = "FailedCreate: exceeded quota: small"}};
  EXPECT_EQ(
      cause(seen), (Finding{
                       "Job j cannot do its work: FailedCreate: exceeded quota: small",
                       "A ResourceQuota of the namespace has no room: raise it, or ask for less in "
                       "spec.runtimeSettings (kubectl describe resourcequota shows what is used)."
                   })
  );
}

TEST(DiagnoseBackup, TheDriversWordsAndItsSilence) {
  BackupFacts seen = facts(Phase::kRunning);
  seen.snapshots = {{.name = "data-1", .pvc = "data", .error = "", .content_error = "rpc error"}};
  EXPECT_EQ(cause(seen).cause, "VolumeSnapshot data-1 of PVC data is not cut: rpc error");
  EXPECT_THAT(cause(seen).remedy, HasSubstr("csi-snapshotter"));
  seen.snapshots[0].content_error = "";
  EXPECT_THAT(cause(seen).cause, HasSubstr("Nobody has said anything about VolumeSnapshot data-1"));
  seen.snapshots[0].cut = true;  // it is being uploaded
  EXPECT_EQ(cause(seen), Finding{});
  seen.snapshots[0].cut = false;
  seen.session->metadata.creation_timestamp = kNow - 1min;
  EXPECT_EQ(cause(seen), Finding{});
}

TEST(DiagnoseBackup, ASessionThatNobodyLooksAt) {
  EXPECT_EQ(cause(facts({})).cause, "BackupSession demo/web-1 has not been looked at by the operator.");
}

TEST(DiagnoseBackup, AConfigurationThatTakesNoBackups) {
  BackupFacts seen = facts({});
  seen.session.reset();
  seen.configuration->spec.paused = true;
  EXPECT_EQ(cause(seen).remedy, "kubectl stash resume web -n demo");
  seen.configuration->status.phase = api::BackupConfiguration::Phase::kNotReady;
  seen.configuration->status.conditions = {
      condition("BackupTargetFound", ConditionStatus::kFalse, "Backup target Deployment demo/web does not exist.")
  };
  seen.no_target = "Backup target Deployment demo/web does not exist.";
  EXPECT_THAT(causes(seen), ElementsAre("Backup target Deployment demo/web does not exist.", HasSubstr("is paused")));
  seen.configuration->status.phase = api::BackupConfiguration::Phase::kInvalid;
  seen.configuration->status.conditions = {condition("ValidationPassed", ConditionStatus::kFalse, "spec.schedule: no")};
  EXPECT_THAT(cause(seen).cause, HasSubstr("is Invalid: spec.schedule: no"));
  seen.configuration->spec.driver = api::Driver::kRestic;
  EXPECT_THAT(cause(seen).cause, HasSubstr("Restic"));
  seen.configuration.reset();
  EXPECT_EQ(cause(seen).cause, "BackupConfiguration demo/web does not exist.");
}

TEST(DiagnoseBackup, ASuspendedCronJobAndATriggerThatFails) {
  BackupFacts seen = facts(Phase::kSucceeded);
  seen.schedule = {.exists = true, .suspended = true};
  EXPECT_THAT(cause(seen).cause, HasSubstr("Its CronJob is suspended although spec.paused is not set"));
  seen.configuration->status.conditions = {
      condition("BackupTriggered", ConditionStatus::kFalse, "The slot has brought no BackupSession: ErrImagePull.")
  };
  EXPECT_THAT(cause(seen).remedy, HasSubstr("cannot get Snapstash's image"));
}

TEST(DiagnoseBackup, RetentionThatIsBlocked) {
  BackupFacts seen = facts(Phase::kSucceeded);
  seen.session->status.conditions = {condition("RetentionPolicyApplied", ConditionStatus::kFalse, "12 would go.")};
  EXPECT_THAT(cause(seen).cause, HasSubstr("succeeded, and old snapshots were not deleted: 12 would go."));
}

TEST(EvidenceOfABackup, IsLineByLine) {
  BackupFacts seen = facts(Phase::kFailed);
  fail_volume(seen, "no");
  seen.session->status.conditions = {condition("Stalled", ConditionStatus::kTrue, "why")};
  seen.jobs = {{.name = "j", .state = jobs::JobView::State::kFailed, .trouble = "OOMKilled"}};
  seen.snapshots = {{.name = "s", .pvc = "data", .error = "e", .content = "c", .deletion_policy = "Delete", .cut = true}
  };
  seen.events = {{.kind = "Job", .name = "j", .reason = "R", .message = "m", .count = 3, .last = kNow - 2min}};
  seen.unseen = {"the Lease: forbidden"};
  EXPECT_EQ(
      evidence(seen),
      "BackupConfiguration demo/web: Ready, no target, schedule \"\"\n"
      "BackupSession demo/web-1: Failed, created 5m0s ago\n"
      "  Stalled=True, Reason, 1m0s ago: why\n"
      "  PVC data: Failed: no\n"
      "PVC data: can be snapshotted, with class fast\n"
      "Job j: failed: OOMKilled\n"
      "VolumeSnapshot s of PVC data: cut, not ready, content c (Delete): e\n"
      "Event of Job j, 2m0s ago, 3 times: R: m\n"
      "Operator: Deployment ns/snapstash, 1/1 ready, image \n"
      "Not seen: the Lease: forbidden\n"
  );
}

}  // namespace
}  // namespace snapstash::diagnosis
