#include "features/backup/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/json/value.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using api::BackupConfiguration;
using api::BackupSession;

constexpr WallTime kCreated{1'700'000'000s};

BackupConfiguration configuration() {
  BackupConfiguration made;
  made.metadata.name = "web";
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "c1";
  made.spec.driver = api::Driver::kVolumeSnapshotter;
  made.spec.retry_config = api::RetryConfig{.max_retry = 3, .delay = "5m"};
  return made;
}

BackupSession session(std::string name, WallTime created, BackupSession::Phase phase) {
  BackupSession made;
  made.metadata.name = name;
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "uid of " + name;
  made.metadata.creation_timestamp = created;
  made.spec.invoker = {.api_group = "stash.appscode.com", .kind = "BackupConfiguration", .name = "web"};
  made.status.phase = phase;
  return made;
}

BackupSession failed() {
  BackupSession made = session("web-1700000000", kCreated, BackupSession::Phase::kFailed);
  made.spec.retry_left = 2;
  made.status.next_retry = kCreated + 6min;
  made.status.targets.emplace_back();
  made.status.targets[0].stats = {
      {.hostname = "data", .phase = api::HostBackupStats::Phase::kSucceeded},
      {.hostname = "logs", .phase = api::HostBackupStats::Phase::kFailed},
      {.hostname = "wal", .phase = api::HostBackupStats::Phase::kFailed}
  };
  return made;
}

/// They are all there are.
void put(cluster::Stores& stores, const std::vector<BackupSession>& sessions) {
  static int version = 0;
  stores.sessions.begin_initial();
  for (BackupSession each : sessions) {
    each.metadata.resource_version = std::to_string(++version);
    ASSERT_FALSE(stores.sessions.stage(json::encode(each)));
  }
  ASSERT_TRUE(stores.sessions.commit(std::to_string(++version)));
}

TEST(RetryTime, IsTheDelayAfterTheFailure) {
  const BackupConfiguration with = configuration();
  EXPECT_EQ(retry_time(failed(), &with, kCreated + 1min), kCreated + 6min);
  BackupConfiguration at_once = with;
  at_once.spec.retry_config->delay = "";
  EXPECT_EQ(retry_time(failed(), &at_once, kCreated + 1min), kCreated + 1min);
}

TEST(RetryTime, IsNothingWithoutTriesOrRetryConfig) {
  const BackupConfiguration with = configuration();
  BackupSession last = failed();
  last.spec.retry_left = 0;
  EXPECT_EQ(retry_time(last, &with, kCreated), std::nullopt);
  BackupConfiguration without = with;
  without.spec.retry_config.reset();
  EXPECT_EQ(retry_time(failed(), &without, kCreated), std::nullopt);
  EXPECT_EQ(retry_time(failed(), nullptr, kCreated), std::nullopt);
}

TEST(RetryManifest, HasOneTryLessAndSaysWhoseRetryItIs) {
  const json::Value made = retry_manifest(failed(), configuration());
  EXPECT_EQ(json::find_string(made, "/metadata/name"), "web-1700000000-r1");
  EXPECT_EQ(json::serialize(made.at("spec").at("retryLeft")), "1");
  EXPECT_EQ(json::find_string(made, "/metadata/annotations/snapstash.dev~1retry-of"), "web-1700000000");
  EXPECT_EQ(json::find_string(made, "/metadata/ownerReferences/0/uid"), "c1");
  EXPECT_EQ(json::find_string(made, "/metadata/labels/stash.appscode.com~1invoker-name"), "web");
}

TEST(RetryManifest, CountsFromTheFirstOne) {
  BackupSession second = failed();
  second.metadata.name = "web-1700000000-r1";
  second.metadata.annotations["snapstash.dev/retry-of"] = "web-1700000000";
  second.metadata.annotations["snapstash.dev/retry"] = "1";
  second.spec.retry_left = 1;
  const json::Value made = retry_manifest(second, configuration());
  EXPECT_EQ(json::find_string(made, "/metadata/name"), "web-1700000000-r2");
  EXPECT_EQ(made.at("spec").as_object().find("retryLeft"), made.at("spec").as_object().end());
}

TEST(RetryManifest, TakesAllVolumesUnlessToldOtherwise) {
  BackupConfiguration with = configuration();
  const auto only = [](const json::Value& made) {
    return json::find_string(made, "/metadata/annotations/snapstash.dev~1only-volumes");
  };
  EXPECT_EQ(only(retry_manifest(failed(), with)), "");
  with.spec.snapstash.retry = api::SnapstashSettings::Retry::kFailedOnly;
  EXPECT_EQ(only(retry_manifest(failed(), with)), "logs,wal");
}

TEST(RetryOf, IsThereForAFailureThatIsToBeTriedAgain) {
  cluster::Stores stores;
  const BackupConfiguration with = configuration();
  put(stores, {failed()});
  const auto retry = retry_of(stores, failed(), &with);
  ASSERT_TRUE(retry);
  EXPECT_EQ(retry->due, kCreated + 6min);
  EXPECT_EQ(retry->session, "web-1700000000-r1");
  EXPECT_EQ(retry->left, 1);
  EXPECT_FALSE(retry->made);
}

TEST(RetryOf, KnowsItsOwnRetry) {
  cluster::Stores stores;
  const BackupConfiguration with = configuration();
  put(stores, {failed(), session("web-1700000000-r1", kCreated + 6min, BackupSession::Phase::kRunning)});
  const auto retry = retry_of(stores, failed(), &with);
  ASSERT_TRUE(retry);
  EXPECT_TRUE(retry->made);
}

TEST(RetryOf, IsNothingOnceANewerSessionHasRun) {
  cluster::Stores stores;
  const BackupConfiguration with = configuration();
  put(stores, {failed(), session("web-1700003600", kCreated + 1h, BackupSession::Phase::kSkipped)});
  EXPECT_TRUE(retry_of(stores, failed(), &with));
  put(stores, {failed(), session("web-1700003600", kCreated + 1h, BackupSession::Phase::kSucceeded)});
  EXPECT_FALSE(retry_of(stores, failed(), &with));
}

TEST(RetryOf, IsNothingWhenItWasMade) {
  cluster::Stores stores;
  put(stores, {failed()});
  const BackupConfiguration with = configuration();
  BackupSession retried = failed();
  retried.status.retried = true;
  EXPECT_FALSE(retry_of(stores, retried, &with));
}

TEST(RetryOf, DoesNotMindAPausedSchedule) {
  cluster::Stores stores;
  put(stores, {failed()});
  BackupConfiguration paused = configuration();
  paused.spec.paused = true;
  EXPECT_TRUE(retry_of(stores, failed(), &paused));
}

}  // namespace
}  // namespace snapstash::backup
