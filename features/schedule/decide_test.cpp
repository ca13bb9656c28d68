#include "features/schedule/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::schedule {
namespace {

using namespace std::chrono_literals;
using api::BackupConfiguration;
using kube::ConditionStatus;
using testing::HasSubstr;

constexpr WallTime kNow{1'700'000'000s};

BackupConfiguration configuration() {
  BackupConfiguration made;
  made.metadata.generation = 3;
  return made;
}

Observation healthy() {
  Observation seen;
  seen.now = kNow;
  seen.targets = {{"Deployment demo/web", true}};
  seen.fingerprints = "aa";
  return seen;
}

BackupConfiguration ready() {
  BackupConfiguration made = configuration();
  made.status = status_of(made, healthy(), Applied{});
  return made;
}

TEST(StatusOf, AHealthyConfigurationIsReadyWithStashsConditions) {
  const auto status = status_of(configuration(), healthy(), Applied{});
  EXPECT_EQ(status.phase, BackupConfiguration::Phase::kReady);
  EXPECT_EQ(status.observed_generation, 3);
  for (const auto* type : {"ValidationPassed", "BackupTargetFound", "CronJobCreated"}) {
    EXPECT_TRUE(has_condition(status.conditions, type, ConditionStatus::kTrue)) << type;
  }
  EXPECT_EQ(
      find_condition(status.conditions, "BackupTargetFound")->message, "Backup target Deployment demo/web found."
  );
  EXPECT_EQ(status.conditions.size(), 3U);
}

TEST(StatusOf, AnUnchangedConfigurationHasAnUnchangedStatus) {
  const BackupConfiguration before = ready();
  Observation later = healthy();
  later.now += 1h;
  EXPECT_FALSE(must_apply(before, later));
  EXPECT_EQ(status_of(before, later, std::nullopt), before.status);
}

TEST(MustApply, WhateverDiffersIsAppliedAgain) {
  Observation changed = healthy();
  changed.fingerprints = "bb";
  EXPECT_TRUE(must_apply(ready(), changed));
  EXPECT_TRUE(must_apply(configuration(), healthy()));
}

TEST(MustApply, WithoutATargetNoCronJobIsMadeButOneIsKept) {
  Observation seen = healthy();
  seen.targets[0].found = false;
  EXPECT_FALSE(must_apply(configuration(), seen));
  const auto status = status_of(configuration(), seen, std::nullopt);
  EXPECT_EQ(status.phase, BackupConfiguration::Phase::kNotReady);
  EXPECT_EQ(
      find_condition(status.conditions, "BackupTargetFound")->message,
      "Backup target Deployment demo/web does not exist."
  );
  seen.cron_job_exists = true;
  seen.fingerprints = "bb";
  EXPECT_TRUE(must_apply(ready(), seen));
}

TEST(StatusOf, AVanishedTargetShowsAndThePhaseStays) {
  Observation seen = healthy();
  seen.targets[0].found = false;
  const auto status = status_of(ready(), seen, std::nullopt);
  EXPECT_TRUE(has_condition(status.conditions, "BackupTargetFound", ConditionStatus::kFalse));
  EXPECT_EQ(status.phase, BackupConfiguration::Phase::kReady);
}

TEST(StatusOf, AnInvalidSpecIsInvalidAndNothingIsApplied) {
  Observation seen = healthy();
  seen.problems = "spec.schedule: must be five fields";
  EXPECT_FALSE(must_apply(ready(), seen));
  const auto status = status_of(configuration(), seen, std::nullopt);
  EXPECT_EQ(status.phase, BackupConfiguration::Phase::kInvalid);
  EXPECT_EQ(find_condition(status.conditions, "ValidationPassed")->message, seen.problems);
}

TEST(StatusOf, ARefusedCronJobIsNotReadyAndTriedAgain) {
  BackupConfiguration refused = configuration();
  refused.status = status_of(refused, healthy(), Applied{"Invalid value: \"61 * * * *\""});
  EXPECT_EQ(refused.status.phase, BackupConfiguration::Phase::kNotReady);
  EXPECT_THAT(
      find_condition(refused.status.conditions, "CronJobCreated")->message,
      HasSubstr("Failed to create backup triggering CronJob. Reason: Invalid value")
  );
  EXPECT_TRUE(must_apply(refused, healthy()));
}

TEST(Trigger, ASlotWithoutASessionShowsAfterTheGrace) {
  Observation seen = healthy();
  seen.last_slot = kNow - 1min;
  seen.silent_since = seen.last_slot;
  seen.trigger_trouble = "ImagePullBackOff: no such image";
  EXPECT_EQ(next_look(seen), kNow + 1min);
  EXPECT_EQ(find_condition(status_of(ready(), seen, std::nullopt).conditions, "BackupTriggered"), nullptr);
  seen.now += 1min;
  const auto status = status_of(ready(), seen, std::nullopt);
  EXPECT_TRUE(has_condition(status.conditions, "BackupTriggered", ConditionStatus::kFalse));
  EXPECT_THAT(find_condition(status.conditions, "BackupTriggered")->message, HasSubstr("no such image"));
  EXPECT_EQ(next_look(seen), std::nullopt);
}

TEST(Trigger, WaitsForTheJobsWordAndKeepsIt) {
  Observation seen = healthy();
  seen.last_slot = kNow;
  seen.silent_since = kNow - kTriggerGrace;
  EXPECT_EQ(find_condition(status_of(ready(), seen, std::nullopt).conditions, "BackupTriggered"), nullptr);
  EXPECT_EQ(next_look(seen), kNow + jobs::kSilentJobDelay);
  seen.trigger_trouble = "exceeded quota";
  BackupConfiguration failed = ready();
  failed.status = status_of(failed, seen, std::nullopt);
  seen.trigger_trouble.clear();
  EXPECT_EQ(status_of(failed, seen, std::nullopt), failed.status);
  seen.now += kTriggerWord;
  EXPECT_THAT(
      find_condition(status_of(ready(), seen, std::nullopt).conditions, "BackupTriggered")->message,
      HasSubstr("has not created one")
  );
}

TEST(Trigger, ALaterSessionHealsIt) {
  Observation seen = healthy();
  seen.last_slot = kNow - 1s;
  seen.silent_since = kNow - 5min;  // the slots between brought none either
  BackupConfiguration failed = ready();
  failed.status = status_of(failed, seen, std::nullopt);
  seen.newest_session = kNow;
  EXPECT_TRUE(has_condition(status_of(failed, seen, std::nullopt).conditions, "BackupTriggered", ConditionStatus::kTrue)
  );
  EXPECT_EQ(find_condition(status_of(ready(), seen, std::nullopt).conditions, "BackupTriggered"), nullptr);
}

TEST(Fingerprints, TellEveryDifference) {
  const std::vector<Manifest> one{{kCronJobs, json::Object{{"a", 1}}}};
  const std::vector<Manifest> two{{kCronJobs, json::Object{{"a", 2}}}};
  EXPECT_EQ(fingerprints(one, {5}), fingerprints(one, {5}));
  EXPECT_NE(fingerprints(one, {5}), fingerprints(two, {5}));
  EXPECT_NE(fingerprints(one, {5}), fingerprints(one, {6}));
  EXPECT_NE(fingerprints(one, {5}), fingerprints(one, {std::nullopt}));
}

}  // namespace
}  // namespace snapstash::schedule
