#include "features/blueprint/manifests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/cluster/volumes.hpp"
#include "api/validation.hpp"
#include "features/blueprint/test_target.hpp"

namespace snapstash::blueprint {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(ConfigurationName, IsStashs) {
  const kube::ObjectMeta metadata = sample_target();
  EXPECT_EQ(configuration_name(deployment(metadata)), "deployment-web");
  EXPECT_EQ(configuration_name({api::PersistentVolumeClaim::kResource, metadata}), "persistentvolumeclaim-web");
  EXPECT_EQ(configuration_name(deployment(metadata), "daily"), "deployment-web-daily");
}

TEST(ConfigurationName, FitsHoweverLong) {
  kube::ObjectMeta metadata = sample_target();
  metadata.name = std::string(253, 'x');
  const std::string one = configuration_name(deployment(metadata), "a");
  EXPECT_THAT(one, SizeIs(253));
  EXPECT_NE(one, configuration_name(deployment(metadata), "b"));
}

TEST(ConfigurationOf, IsAboutTheTargetAndOwnedByIt) {
  const kube::ObjectMeta metadata = sample_target();
  const auto made = configuration_of(deployment(metadata), api::sample_blueprint(), "deployment-web");
  EXPECT_THAT(api::validate(made), IsEmpty());
  EXPECT_EQ(made.metadata.namespace_, "demo");
  EXPECT_EQ(made.spec.target->ref.kind, "Deployment");
  EXPECT_EQ(made.spec.target->ref.api_version, "apps/v1");
  EXPECT_EQ(made.spec.target->ref.name, "web");
  EXPECT_EQ(made.spec.schedule, "0 2 * * *");
  EXPECT_EQ(made.spec.retention_policy.keep_last, 5);
  EXPECT_TRUE(is_made_for(deployment(metadata), made));
  EXPECT_TRUE(is_made_by("daily", made));
  EXPECT_FALSE(is_made_by("weekly", made));
  ASSERT_THAT(made.metadata.owner_references, SizeIs(1));
  EXPECT_FALSE(made.metadata.owner_references.front().block_owner_deletion.has_value());
}

TEST(ConfigurationOf, LetsAnnotationsOverride) {
  kube::ObjectMeta metadata = sample_target();
  metadata.annotations[naming::kBlueprintSchedule] = "@hourly";
  metadata.annotations[naming::kSnapshotClass] = "fast";
  auto made = configuration_of(deployment(metadata), api::sample_blueprint(), "deployment-web");
  EXPECT_EQ(made.spec.schedule, "@hourly");
  EXPECT_EQ(made.spec.target->snapshot_class_name, "fast");
  metadata.annotations[naming::kBlueprintSchedule] = "";
  made = configuration_of(deployment(metadata), api::sample_blueprint(), "deployment-web");
  EXPECT_EQ(made.spec.schedule, "0 2 * * *");
}

TEST(ConfigurationOf, ResolvesVariables) {
  api::BackupBlueprint blueprint = api::sample_blueprint();
  blueprint.spec.snapshot_class_name = "class-of-${TARGET_NAMESPACE}";
  blueprint.spec.retention_policy.name = "${TARGET_API_VERSION} ${TARGET_RESOURCE} ${TARGET_KIND} ${TARGET_APP_TYPE}";
  blueprint.spec.runtime_settings.edit().pod.service_account_name = "${TARGET_NAME}-backup";
  const kube::ObjectMeta metadata = sample_target();
  const auto made = configuration_of(deployment(metadata), blueprint, "deployment-web");
  EXPECT_EQ(made.spec.target->snapshot_class_name, "class-of-demo");
  EXPECT_EQ(made.spec.retention_policy.name, "apps/v1 deployments deployment ${TARGET_APP_TYPE}");
  EXPECT_EQ(made.spec.runtime_settings->pod.service_account_name, "web-backup");
}

TEST(IsMadeFor, LooksAtLabelAndController) {
  const kube::ObjectMeta metadata = sample_target();
  const Target target = deployment(metadata);
  const auto made = configuration_of(target, api::sample_blueprint(), "deployment-web");
  kube::ObjectMeta anew = metadata;
  anew.uid = "another";
  EXPECT_TRUE(is_made_for(deployment(anew), made));
  EXPECT_FALSE(is_in_shape(made, configuration_of(deployment(anew), api::sample_blueprint(), "deployment-web")));
  anew.name = "another";
  EXPECT_FALSE(is_made_for(deployment(anew), made));
  EXPECT_FALSE(is_made_for({api::StatefulSet::kResource, metadata}, made));
  auto detached = made;
  detached.metadata.labels.clear();
  EXPECT_FALSE(is_made_for(target, detached));
  auto orphan = made;
  orphan.metadata.owner_references.clear();
  EXPECT_FALSE(is_made_for(target, orphan));
}

struct Shape : testing::Test {
  kube::ObjectMeta metadata = sample_target();
  api::BackupBlueprint blueprint = api::sample_blueprint();
  api::BackupConfiguration wanted() const {
    return configuration_of(deployment(metadata), blueprint, "deployment-web");
  }
};

TEST_F(Shape, HoldsForWhatTheServerStores) {
  blueprint.spec.retry_config.emplace();
  blueprint.spec.hooks.edit().pre_backup.emplace();
  const auto live = json::decode<api::BackupConfiguration>(json::encode(stored(wanted())));
  EXPECT_TRUE(is_in_shape(live.value(), wanted()));
}

TEST_F(Shape, LeavesToOthersWhatIsTheirs) {
  auto live = stored(wanted());
  live.spec.paused = true;
  live.metadata.labels["team"] = "shop";
  live.spec.time_out = "30m";
  EXPECT_TRUE(is_in_shape(live, wanted()));
}

TEST_F(Shape, IsLostByAnEditOfWhatIsOurs) {
  auto live = stored(wanted());
  live.spec.schedule = "@hourly";
  EXPECT_FALSE(is_in_shape(live, wanted()));
}

TEST_F(Shape, IsLostWhenTheBlueprintChanges) {
  blueprint.spec.time_out = "30m";
  const auto live = stored(wanted());
  blueprint.spec.time_out = "";  // what it does not say any more must go
  EXPECT_FALSE(is_in_shape(live, wanted()));
  blueprint.spec.time_out = "30m";
  EXPECT_TRUE(is_in_shape(live, wanted()));
  blueprint.metadata.name = "another";
  EXPECT_FALSE(is_in_shape(live, wanted()));
}

}  // namespace
}  // namespace snapstash::blueprint
