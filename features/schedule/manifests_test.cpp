#include "features/schedule/manifests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cluster/batch.hpp"

namespace snapstash::schedule {
namespace {

using testing::Contains;

api::BackupConfiguration configuration() {
  api::BackupConfiguration made;
  made.metadata.name = "web";
  made.metadata.namespace_ = "demo";
  made.metadata.uid = "c1";
  made.metadata.labels = {{"team", "a"}};
  made.spec.driver = api::Driver::kVolumeSnapshotter;
  made.spec.schedule = "*/5 * * * *";
  made.spec.target.emplace();
  made.spec.target->ref = {"apps/v1", "Deployment", "stash-demo", ""};
  return made;
}

Settings settings() {
  Settings made;
  made.pods.image = "registry/snapstash:1";
  made.role_prefix = "prod-snapstash";
  return made;
}

std::string_view text(const json::Value& value, std::string_view pointer) { return json::find_string(value, pointer); }

std::vector<std::string> arguments(const json::Value& cron_job) {
  std::vector<std::string> all;
  for (const json::Value& each :
       *json::find_array(cron_job, "/spec/jobTemplate/spec/template/spec/containers/0/args")) {
    all.emplace_back(json::as_view(each));
  }
  return all;
}

TEST(Manifests, HaveStashsNamesLabelsAndOwner) {
  const auto all = manifests(configuration(), settings());
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(text(all[0].object, "/metadata/name"), "backupconfiguration-web-0");
  EXPECT_EQ(text(all[1].object, "/metadata/name"), "stash-trigger-web");
  EXPECT_EQ(text(all[4].object, "/metadata/name"), "stash-trigger-web");
  for (const Manifest& each : all) {
    EXPECT_EQ(text(each.object, "/kind"), each.resource.kind);
    EXPECT_EQ(text(each.object, "/apiVersion"), each.resource.api_version());
    EXPECT_EQ(text(each.object, "/metadata/namespace"), "demo");
    EXPECT_EQ(text(each.object, "/metadata/labels/team"), "a");
    EXPECT_EQ(text(each.object, "/metadata/labels/app.kubernetes.io~1component"), "stash-backup");
    EXPECT_EQ(text(each.object, "/metadata/labels/app.kubernetes.io~1managed-by"), "stash.appscode.com");
    EXPECT_EQ(text(each.object, "/metadata/ownerReferences/0/uid"), "c1");
  }
}

TEST(Manifests, BindTheChartsRoles) {
  const auto all = manifests(configuration(), settings());
  EXPECT_EQ(text(all[2].object, "/roleRef/name"), "prod-snapstash-snapshotter");
  EXPECT_EQ(text(all[2].object, "/subjects/0/name"), "backupconfiguration-web-0");
  EXPECT_EQ(text(all[3].object, "/roleRef/name"), "prod-snapstash-trigger");
  EXPECT_EQ(text(all[3].object, "/subjects/0/name"), "stash-trigger-web");
}

TEST(Manifests, AnAccountTheUserNamesIsUsedAndNoneIsMade) {
  api::BackupConfiguration named = configuration();
  named.spec.runtime_settings.edit().pod.service_account_name = "mine";
  const auto all = manifests(named, settings());
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(text(all[0].object, "/subjects/0/name"), "mine");
  EXPECT_EQ(text(all[1].object, "/subjects/0/name"), "mine");
  EXPECT_EQ(text(all[2].object, "/spec/jobTemplate/spec/template/spec/serviceAccountName"), "mine");
}

TEST(Manifests, OfABatchGiveEachMemberAnAccountAndAllOneCronJob) {
  api::BackupBatch batch;
  batch.metadata = configuration().metadata;
  static_cast<api::BackupPlan&>(batch.spec) = configuration().spec;
  for (const auto* name : {"web", "db"}) {
    auto& target = batch.spec.members.emplace_back().target.emplace();
    target.ref = {"apps/v1", "Deployment", name, ""};
  }
  batch.spec.members[1].hooks.edit().pre_backup.emplace().exec = api::ExecAction{{"true"}};
  const Members members{cluster::member_of(batch, 0), cluster::member_of(batch, 1)};
  const auto all = manifests(*cluster::whole_of(batch), settings(), members);
  std::vector<std::string> names;
  for (const Manifest& each : all) {
    names.push_back(each.resource.kind.data() + std::string(" ") + std::string(text(each.object, "/metadata/name")));
    EXPECT_EQ(text(each.object, "/metadata/ownerReferences/0/kind"), "BackupBatch");
  }
  EXPECT_THAT(
      names, testing::ElementsAre(
                 "ServiceAccount backupbatch-web-0", "ServiceAccount backupbatch-web-1",
                 "ServiceAccount stash-trigger-web", "RoleBinding backupbatch-web-0", "RoleBinding backupbatch-web-1",
                 "RoleBinding stash-trigger-web", "RoleBinding backupbatch-web-1-hooks", "CronJob stash-trigger-web"
             )
  );
  const auto told = arguments(all.back().object);
  EXPECT_THAT(told, Contains("--invoker-kind=BackupBatch"));
  EXPECT_THAT(told, Contains("--label=stash.appscode.com/invoker-type=BackupBatch"));
  EXPECT_THAT(told, Contains("--label=stash.appscode.com/target-name=web"));
}

TEST(CronJob, CarriesScheduleAndPause) {
  api::BackupConfiguration paused = configuration();
  paused.spec.paused = true;
  paused.spec.snapstash.time_zone = "Europe/Berlin";
  paused.spec.snapstash.starting_deadline_seconds = 60;
  const json::Value cron_job = manifests(paused, settings()).back().object;
  EXPECT_EQ(text(cron_job, "/spec/schedule"), "*/5 * * * *");
  EXPECT_EQ(*json::find(cron_job, "/spec/suspend"), json::Value(true));
  EXPECT_EQ(text(cron_job, "/spec/timeZone"), "Europe/Berlin");
  EXPECT_EQ(*json::find(cron_job, "/spec/startingDeadlineSeconds"), json::Value(60));
  const json::Value plain = manifests(configuration(), settings()).back().object;
  EXPECT_EQ(json::find(plain, "/spec/timeZone"), nullptr);
  EXPECT_EQ(json::find(plain, "/spec/startingDeadlineSeconds"), nullptr);
}

TEST(CronJob, TellsItsPodEverything) {
  api::BackupConfiguration retrying = configuration();
  retrying.spec.retry_config.emplace();
  retrying.spec.retry_config->max_retry = 3;
  const json::Value cron_job = manifests(retrying, settings()).back().object;
  const auto all = arguments(cron_job);
  EXPECT_EQ(all.front(), "create-backupsession");
  for (const auto* wanted :
       {"--invoker-name=web", "--invoker-kind=BackupConfiguration", "--invoker-uid=c1", "--cronjob=stash-trigger-web",
        "--retry-left=3", "--label=stash.appscode.com/invoker-name=web",
        "--label=stash.appscode.com/target-kind=Deployment", "--label=stash.appscode.com/target-namespace=demo",
        "--label=team=a"}) {
    EXPECT_THAT(all, Contains(wanted));
  }
  EXPECT_THAT(arguments(manifests(configuration(), settings()).back().object), Contains("--retry-left=0"));
}

TEST(CronJob, SurvivesDisruptionsAndDoesNotPileUp) {
  const json::Value cron_job = manifests(configuration(), settings()).back().object;
  EXPECT_EQ(text(cron_job, "/spec/jobTemplate/spec/podFailurePolicy/rules/0/action"), "Ignore");
  EXPECT_NE(json::find(cron_job, "/spec/jobTemplate/spec/activeDeadlineSeconds"), nullptr);
  EXPECT_EQ(text(cron_job, "/spec/jobTemplate/spec/template/spec/restartPolicy"), "Never");
}

TEST(SessionLabels, AreBounded) {
  api::BackupConfiguration longest = configuration();
  longest.metadata.name = std::string(100, 'n');
  longest.spec.target->ref.name = std::string(100, 't');
  for (const auto& [key, value] : session_labels(longest)) EXPECT_LE(value.size(), 63U) << key.str();
}

}  // namespace
}  // namespace snapstash::schedule
