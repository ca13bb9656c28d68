#include "features/restore/status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using Phase = api::RestoreSession::Phase;
using HostPhase = api::HostRestoreStats::Phase;
using kube::ConditionStatus;

constexpr WallTime kCreated{1'700'000'000s};

struct Status : testing::Test {
  api::RestoreSession session = api::sample_restore();
  Observation seen;

  Status() {
    session.metadata.uid = "r1";
    session.metadata.creation_timestamp = kCreated;
    seen.now = kCreated + 41s;
    seen.deadline = kCreated + 24h;
    seen.started = true;
    seen.claims = {claim("restore-data"), claim("restore-config")};
  }

  static Claim claim(const std::string& name) {
    ClaimView view;
    view.ours = true;
    view.created = kCreated + 10s;
    return {.namespace_ = "demo", .name = name, .snapshot = "s", .exists = view};
  }

  api::RestoreSession::Status of(const Decision& decision, const std::string& refused = "") {
    const Sight sight{.session = std::make_shared<const api::RestoreSession>(session), .wanted = {}, .seen = seen};
    return status_of(sight, decision, refused);
  }

  static Decision decision(Step step, std::vector<Outcome> outcomes = {}) {
    Decision made;
    made.step = step;
    made.outcomes = std::move(outcomes);
    return made;
  }

  static std::string condition(const api::RestoreSession::Status& status, std::string_view type) {
    const auto* found = kube::find_condition(status.conditions, type);
    if (found == nullptr) return "none";
    return fmt::format("{}/{}: {}", json::name_of(found->status), found->reason, found->message);
  }
};

TEST_F(Status, OfASuccess) {
  const auto status = of(decision(Step::kFinish, {{ClaimState::kSucceeded, ""}, {ClaimState::kSucceeded, ""}}));
  EXPECT_EQ(status.phase, Phase::kSucceeded);
  EXPECT_EQ(status.total_hosts, 2);
  EXPECT_EQ(status.session_duration, "41s");
  ASSERT_EQ(status.stats.size(), 2U);
  EXPECT_EQ(status.stats[0].hostname, "restore-data");
  EXPECT_EQ(status.stats[0].phase, HostPhase::kSucceeded);
  EXPECT_EQ(status.stats[0].duration, "31s");
  EXPECT_EQ(status.stats[0].error, "");
  EXPECT_EQ(
      condition(status, "RestoreExecutorEnsured"),
      "True/SuccessfullyEnsuredRestoreExecutor: Restorer job/init-container has been ensured successfully for "
      "RestoreSession demo/restore-pvc."
  );
  EXPECT_THAT(condition(status, "MetricsPushed"), HasSubstr("True/SuccessfullyPushedMetrics"));
  EXPECT_EQ(condition(status, "RestoreTargetFound"), "none");
  EXPECT_EQ(condition(status, "DeadlineExceeded"), "none");
  EXPECT_FALSE(status.session_deadline);
}

TEST_F(Status, OfUnknownAndWhatBecomesOfIt) {
  Decision unknown = decision(Step::kFinish, {{ClaimState::kSucceeded, ""}, {ClaimState::kUnknown, "unable"}});
  unknown.verdict = Verdict::kUnknown;
  session.status = of(unknown);
  EXPECT_EQ(session.status.phase, Phase::kUnknown);
  EXPECT_EQ(session.status.stats[1].phase, HostPhase::kUnknown);
  EXPECT_EQ(session.status.stats[1].error, "unable");
  seen.now += 1h;
  EXPECT_EQ(of(unknown), session.status);
  const auto known = of(decision(Step::kFinish, {{ClaimState::kSucceeded, ""}, {ClaimState::kSucceeded, ""}}));
  EXPECT_EQ(known.phase, Phase::kSucceeded);
  EXPECT_EQ(known.session_duration, "41s");
  EXPECT_EQ(known.stats[0].duration, "31s");
  EXPECT_EQ(known.stats[1].duration, "1h0m31s");
  EXPECT_EQ(known.stats[1].error, "");
}

TEST_F(Status, OfAFailureAtTheDeadline) {
  session.spec.time_out = "2m";
  seen.now = seen.deadline = kCreated + 2min;
  Decision late = decision(Step::kFinish, {{ClaimState::kSucceeded, ""}, {ClaimState::kFailed, "not bound in time"}});
  late.verdict = Verdict::kFailed;
  late.deadline_exceeded = true;
  const auto status = of(late);
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.session_deadline, seen.deadline);
  EXPECT_EQ(
      condition(status, "DeadlineExceeded"),
      "True/FailedToCompleteWithinDeadline: Failed to complete restore within 2m0s."
  );
  EXPECT_EQ(status.stats[1].error, "not bound in time");
}

TEST_F(Status, WhileItRunsEachResultIsWrittenOnce) {
  const Decision run = decision(Step::kRun, {{ClaimState::kSucceeded, ""}, {ClaimState::kUnbound, ""}});
  session.status = of(run);
  EXPECT_EQ(session.status.phase, Phase::kRunning);
  EXPECT_EQ(session.status.stats[0].phase, HostPhase::kSucceeded);
  EXPECT_EQ(session.status.stats[1].phase, HostPhase::kRunning);
  EXPECT_EQ(session.status.stats[1].duration, "");
  EXPECT_EQ(session.status.session_duration, "");
  seen.now += 10min;
  EXPECT_EQ(of(run), session.status);
}

TEST_F(Status, OfAnInvalidSpec) {
  Decision invalid = decision(Step::kInvalid);
  invalid.message = "spec.target: bad";
  const auto status = of(invalid);
  EXPECT_EQ(status.phase, Phase::kInvalid);
  EXPECT_EQ(condition(status, "ValidationPassed"), "False/ResourceValidationFailed: spec.target: bad");
  EXPECT_THAT(status.stats, IsEmpty());
}

TEST_F(Status, OfAMissingTargetUntilItIsThere) {
  session.spec.target->ref = api::TargetRef{"apps/v1", "Deployment", "web", ""};
  seen.started = false;
  seen.no_target = "Restore target Deployment demo/web does not exist.";
  Decision wait = decision(Step::kWait);
  wait.message = seen.no_target;
  session.status = of(wait);
  EXPECT_EQ(session.status.phase, Phase::kPending);
  EXPECT_EQ(condition(session.status, "RestoreTargetFound"), "False/TargetNotAvailable: " + seen.no_target);
  EXPECT_FALSE(session.status.total_hosts);
  seen.no_target.clear();
  session.status = of(decision(Step::kRun, {{ClaimState::kUncreated, ""}, {ClaimState::kUncreated, ""}}));
  EXPECT_THAT(condition(session.status, "RestoreTargetFound"), HasSubstr("True/TargetAvailable"));
  EXPECT_THAT(condition(session.status, "RestoreExecutorEnsured"), HasSubstr("for Deployment demo/web."));
}

TEST_F(Status, BlockedBeforeAnythingWasCreated) {
  seen.started = false;
  Decision blocked =
      decision(Step::kFinish, {{ClaimState::kFailed, "does not exist"}, {ClaimState::kFailed, "Not begun"}});
  blocked.verdict = Verdict::kFailed;
  blocked.message = "restore-data: does not exist";
  const auto status = of(blocked);
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(
      condition(status, "RestoreExecutorEnsured"), "False/FailedToEnsureRestoreExecutor: restore-data: does not exist"
  );
}

TEST_F(Status, ARefusedJobIsSaidUntilOneIsMade) {
  const Decision run = decision(Step::kRun, {{ClaimState::kUncreated, ""}, {ClaimState::kUncreated, ""}});
  session.status = of(run, "The API server refused the Job: quota");
  EXPECT_EQ(session.status.phase, Phase::kRunning);
  EXPECT_EQ(
      condition(session.status, "RestoreExecutorEnsured"),
      "False/FailedToEnsureRestoreExecutor: The API server refused the Job: quota"
  );
  seen.refused = "The API server refused the Job: quota";
  Decision late = decision(Step::kFinish, {{ClaimState::kFailed, "late"}, {ClaimState::kFailed, "late"}});
  late.verdict = Verdict::kFailed;
  EXPECT_THAT(condition(of(late), "RestoreExecutorEnsured"), HasSubstr("quota"));
  EXPECT_THAT(condition(of(run), "RestoreExecutorEnsured"), HasSubstr("True/"));
}

TEST_F(Status, StalledComesAndGoes) {
  Decision run = decision(Step::kRun, {{ClaimState::kUnbound, ""}, {ClaimState::kUnbound, ""}});
  EXPECT_EQ(condition(of(run), "Stalled"), "none");
  run.stalled = "Job x cannot do its work";
  session.status = of(run);
  EXPECT_EQ(condition(session.status, "Stalled"), "True/NoProgress: Job x cannot do its work");
  run.stalled.reset();
  EXPECT_EQ(condition(of(run), "Stalled"), "False/Progressing: ");
}

TEST_F(Status, NothingToDecideChangesNothing) {
  session.status.phase = Phase::kFailed;
  EXPECT_EQ(of(decision(Step::kNothing)), session.status);
}

}  // namespace
}  // namespace snapstash::restore
