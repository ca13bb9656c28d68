#include <functional>

#include <gmock/gmock.h>

#include "api/sample_objects.hpp"
#include "api/validation.hpp"

namespace snapstash::api {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto problem(std::string_view field, std::string_view message) {
  return AllOf(Field(&Problem::field, std::string(field)), Field(&Problem::message, HasSubstr(std::string(message))));
}

Problems with(const std::function<void(BackupConfiguration::Spec&)>& change) {
  BackupConfiguration configuration = sample_configuration();
  change(configuration.spec);
  return validate(configuration);
}

TEST(ValidateBackupConfiguration, AcceptsTheGuides) {
  EXPECT_THAT(validate(sample_configuration()), IsEmpty());
  EXPECT_THAT(with([](auto& spec) { spec.target->ref = {"v1", "PersistentVolumeClaim", "source-data"}; }), IsEmpty());
  EXPECT_THAT(
      with([](auto& spec) {
        spec.target->ref = {"apps/v1", "StatefulSet", "stash-demo"};
        spec.target->replicas = 3;
      }),
      IsEmpty()
  );
}

TEST(ValidateBackupConfiguration, AcceptsWhatStashAccepts) {
  EXPECT_THAT(
      with([](auto& spec) {
        spec.retention_policy = {.name = "all"};
        spec.backup_history_limit = 0;
        spec.time_out = "1h30m";
        spec.retry_config = RetryConfig{.max_retry = 0, .delay = "0s"};
        spec.target->ref.namespace_ = "demo";
        spec.target->ref.api_version = "";
        spec.target->snapshot_class_name = "";
        spec.task.edit().name = "ignored";
        spec.repository = RepositoryRef{.name = "ignored"};
        spec.schedule = "@every 6h";
      }),
      IsEmpty()
  );
}

TEST(ValidateBackupConfiguration, LeavesResticToStash) {
  const auto problems = with([](auto& spec) {
    spec.driver = Driver::kRestic;
    spec.target.reset();
  });
  EXPECT_THAT(
      problems, ElementsAre(problem("spec.driver", "set driver to VolumeSnapshotter, or leave this object to Stash"))
  );
  BackupConfiguration restic;
  EXPECT_FALSE(is_ours(restic));
  EXPECT_TRUE(is_ours(sample_configuration()));
}

TEST(ValidateBackupConfiguration, ChecksTheSchedule) {
  const auto schedule = [](std::string text) { return with([&](auto& spec) { spec.schedule = text; }); };
  EXPECT_THAT(schedule(""), ElementsAre(problem("spec.schedule", "say when to back up")));
  EXPECT_THAT(schedule("* * * *"), ElementsAre(problem("spec.schedule", "has 4 field(s)")));
  EXPECT_THAT(schedule("61 * * * *"), ElementsAre(problem("spec.schedule", "minute \"61\"")));
  EXPECT_THAT(schedule("TZ=UTC 0 2 * * *"), ElementsAre(problem("spec.schedule", "set snapstash.timeZone instead")));
}

TEST(ValidateBackupConfiguration, ChecksTheTarget) {
  EXPECT_THAT(
      with([](auto& spec) { spec.target.reset(); }), ElementsAre(problem("spec.target", "name what to back up"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref = {}; }), ElementsAre(problem("spec.target.ref", "needs kind and name"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref.name = ""; }),
      ElementsAre(problem("spec.target.ref", "needs kind and name"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref = {"batch/v1", "Job", "x"}; }),
      ElementsAre(problem(
          "spec.target.ref.kind", "unsupported target kind \"Job\": Snapstash backs up the volumes of a Deployment"
      ))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref.api_version = "extensions/v1beta1"; }),
      ElementsAre(problem("spec.target.ref.apiVersion", "apps/v1 for a Deployment"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref = {"apps/v1", "PersistentVolumeClaim", "x"}; }),
      ElementsAre(problem("spec.target.ref.apiVersion", "v1 for a PersistentVolumeClaim"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref.name = "Stash_Demo"; }),
      ElementsAre(problem("spec.target.ref.name", "\"Stash_Demo\" is not a name"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->replicas = 0; }),
      ElementsAre(problem("spec.target.replicas", "is 0, must be at least 1"))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->snapshot_class_name = "No Class"; }),
      ElementsAre(problem("spec.target.snapshotClassName", "is not a name"))
  );
}

TEST(ValidateBackupConfiguration, RefusesTargetsElsewhereInStashsWords) {
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref.namespace_ = "other"; }),
      ElementsAre(problem(
          "spec.target.ref.namespace",
          "cross-namespace target reference is not allowed for \"Deployment\": create this object in namespace other"
      ))
  );
}

TEST(ValidateBackupConfiguration, ChecksNumbersAndDurations) {
  const auto problems = with([](auto& spec) {
    spec.retention_policy.keep_last = -1;
    spec.retention_policy.keep_yearly = -7;
    spec.backup_history_limit = -1;
    spec.time_out = "1d";
    spec.retry_config = RetryConfig{.max_retry = -1, .delay = "-5s"};
    spec.snapstash.time_zone = "Europe Berlin";
    spec.snapstash.starting_deadline_seconds = -1;
    spec.snapstash.cut_deadline = "0s";
    spec.snapstash.ready_deadline = "tomorrow";
  });
  EXPECT_THAT(
      problems, ElementsAre(
                    problem("spec.retentionPolicy.keepLast", "is -1, must be at least 0"),
                    problem("spec.retentionPolicy.keepYearly", "is -7, must be at least 0"),
                    problem("spec.backupHistoryLimit", "is -1, must be at least 0"),
                    problem("spec.timeOut", "\"1d\" must be a positive duration such as 90s, 30m or 1h30m"),
                    problem("spec.retryConfig.maxRetry", "is -1, must be at least 0"),
                    problem("spec.retryConfig.delay", "\"-5s\" must be a duration"),
                    problem("spec.snapstash.timeZone", "IANA time zone database"),
                    problem("spec.snapstash.startingDeadlineSeconds", "must be at least 0"),
                    problem("spec.snapstash.cutDeadline", "\"0s\" must be a positive duration"),
                    problem("spec.snapstash.readyDeadline", "\"tomorrow\" must be a positive duration")
                )
  );
}

TEST(ValidateBackupConfiguration, ChecksHooks) {
  const auto problems = with([](auto& spec) {
    spec.hooks.edit().pre_backup = Handler{};
    PostBackupHook post;
    post.exec = ExecAction{};
    post.http_get = HttpGetAction{.scheme = "ftp", .port = {0}};
    post.http_post = HttpPostAction{.scheme = "https", .port = {"web"}};
    post.tcp_socket = TcpSocketAction{.port = {""}};
    spec.hooks.edit().post_backup = post;
  });
  EXPECT_THAT(
      problems, ElementsAre(
                    problem("spec.hooks.preBackup", "has no action"),
                    problem("spec.hooks.postBackup.exec.command", "names no program"),
                    problem("spec.hooks.postBackup.httpGet.port", "must be a port"),
                    problem("spec.hooks.postBackup.httpGet.scheme", "must be HTTP or HTTPS"),
                    problem("spec.hooks.postBackup.tcpSocket.port", "must be a port")
                )
  );
}

TEST(ValidateBackupConfiguration, TimeZonesAreNames) {
  const auto zone = [](std::string text) { return with([&](auto& spec) { spec.snapstash.time_zone = text; }).size(); };
  for (const auto* good :
       {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince"}) {
    EXPECT_EQ(zone(good), 0U) << good;
  }
  for (const auto* bad : {"Local", "/etc/localtime", "Europe//Berlin", "../UTC", "Europe/Berlin ", "Europe/"}) {
    EXPECT_EQ(zone(bad), 1U) << bad;
  }
}

TEST(ValidateBackupConfigurationUpdate, FixesTheTargetOnceReady) {
  BackupConfiguration before = sample_configuration();
  BackupConfiguration now = before;
  now.spec.target->ref.name = "another";
  EXPECT_THAT(validate_update(before, now), IsEmpty());
  before.status.phase = BackupConfiguration::Phase::kNotReady;
  EXPECT_THAT(validate_update(before, now), IsEmpty());
  before.status.phase = BackupConfiguration::Phase::kReady;
  EXPECT_THAT(
      validate_update(before, now),
      ElementsAre(problem("spec.target", "updating target is forbidden when BackupConfiguration is in READY state"))
  );
  now.metadata.deletion_timestamp = WallTime{};
  EXPECT_THAT(validate_update(before, now), IsEmpty());
  now = before;
  now.spec.paused = true;
  now.spec.target->snapshot_class_name = "another";
  EXPECT_THAT(validate_update(before, now), IsEmpty());
}

TEST(ValidateBackupSession, ChecksTheInvoker) {
  EXPECT_THAT(validate(sample_session()), IsEmpty());
  BackupSession session = sample_session();
  session.spec = {.invoker = {"apps", "BackupPlan", ""}, .retry_left = -1};
  EXPECT_THAT(
      validate(session),
      ElementsAre(
          problem("spec.invoker.kind", "\"BackupPlan\" must be BackupConfiguration or BackupBatch"),
          problem("spec.invoker.apiGroup", "must be stash.appscode.com"), problem("spec.invoker.name", "is not a name"),
          problem("spec.retryLeft", "must be at least 0")
      )
  );
}

TEST(ValidateBackupSessionUpdate, FixesTheSpec) {
  const BackupSession before = sample_session();
  BackupSession now = before;
  now.metadata.labels["a"] = "b";
  EXPECT_THAT(validate_update(before, now), IsEmpty());
  now.spec.retry_left = 1;
  EXPECT_THAT(validate_update(before, now), ElementsAre(problem("spec", "BackupSession spec is immutable")));
}

TEST(DescribeProblems, JoinsThem) {
  EXPECT_EQ(describe({}), "");
  EXPECT_EQ(describe({{"spec.a", "one"}, {"spec.b", "two"}}), "spec.a: one; spec.b: two");
}

}  // namespace
}  // namespace snapstash::api
