#include "features/backup/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::backup {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Cluster cluster() {
  return {
      .claims =
          {{"data", {"data", "Bound", "pv1", false}},
           {"pending", {"pending", "Pending", "", false}},
           {"lost", {"lost", "Lost", "pv9", false}},
           {"leaving", {"leaving", "Bound", "pv1", true}},
           {"local", {"local", "Bound", "pv2", false}},
           {"orphan", {"orphan", "Bound", "gone", false}},
           {"other", {"other", "Bound", "pv3", false}}},
      .driver_of_volume = {{"pv1", "dir.csi"}, {"pv2", ""}, {"pv3", "other.csi"}},
      .classes = {{"dir", "dir.csi", true}, {"dir-retain", "dir.csi", false}, {"else", "else.csi", true}}
  };
}

std::string obstacle(const std::string& claim, const std::string& requested, const Cluster& in) {
  return plan({claim}, requested, in).at(0).obstacle;
}

TEST(ClaimsOf, AWorkloadsOwnClaimsOnceInOrder) {
  const Target deployment{
      .kind = "Deployment", .namespace_ = "demo", .name = "web", .claims = {"data", "config", "data"}
  };
  EXPECT_THAT(claims_of(deployment), ElementsAre("data", "config"));
}

TEST(ClaimsOf, AStatefulSetPerOrdinalThenItsPodsOwn) {
  const Target set{
      .kind = "StatefulSet",
      .namespace_ = "demo",
      .name = "db",
      .claims = {"shared"},
      .templates = {"data", "wal"},
      .replicas = 2,
      .first_ordinal = 5
  };
  EXPECT_THAT(claims_of(set), ElementsAre("data-db-5", "wal-db-5", "data-db-6", "wal-db-6", "shared"));
}

TEST(ClaimsOf, AScaledDownSetHasNoneAndSaysHowToTakeWhatIsLeft) {
  const Target set{.kind = "StatefulSet", .namespace_ = "demo", .name = "db", .templates = {"data"}, .replicas = 0};
  EXPECT_THAT(claims_of(set), IsEmpty());
  EXPECT_THAT(explain_no_claims(set), HasSubstr("spec.target.replicas"));
}

TEST(Plan, TheDriversDefaultClassUnlessOneIsNamed) {
  EXPECT_EQ(plan({"data"}, "", cluster()).at(0).class_name, "dir");
  EXPECT_EQ(plan({"data"}, "dir-retain", cluster()).at(0).class_name, "dir-retain");
}

TEST(Plan, NamesEveryObstacle) {
  EXPECT_THAT(obstacle("nowhere", "", cluster()), HasSubstr("PVC nowhere does not exist"));
  EXPECT_THAT(obstacle("pending", "", cluster()), HasSubstr("WaitForFirstConsumer"));
  EXPECT_THAT(obstacle("lost", "", cluster()), HasSubstr("PVC lost is Lost"));
  EXPECT_THAT(obstacle("leaving", "", cluster()), HasSubstr("is being deleted"));
  EXPECT_THAT(obstacle("local", "", cluster()), HasSubstr("not provided by a CSI driver"));
  EXPECT_THAT(obstacle("orphan", "", cluster()), HasSubstr("PersistentVolume gone"));
  EXPECT_THAT(obstacle("data", "missing", cluster()), HasSubstr("VolumeSnapshotClass missing"));
  EXPECT_THAT(
      obstacle("data", "else", cluster()), HasSubstr("is for driver else.csi, but the volume's driver is dir.csi")
  );
  EXPECT_THAT(obstacle("other", "", cluster()), HasSubstr("create one"));
}

TEST(Plan, DefaultsMustBeUnambiguous) {
  Cluster two = cluster();
  two.classes[1].is_default = true;
  EXPECT_THAT(obstacle("data", "", two), HasSubstr("2 default VolumeSnapshotClasses"));
  Cluster none = cluster();
  none.classes[0].is_default = false;
  EXPECT_THAT(obstacle("data", "", none), HasSubstr("is-default-class"));
}

TEST(Plan, OneObstacleLeavesTheOthersAlone) {
  const auto volumes = plan({"data", "nowhere"}, "", cluster());
  EXPECT_EQ(volumes[0].obstacle, "");
  EXPECT_NE(volumes[1].obstacle, "");
}

TEST(AnyUnbound, OnlyWhatMayStillBind) {
  EXPECT_TRUE(any_unbound({"data", "pending"}, cluster()));
  EXPECT_FALSE(any_unbound({"data", "lost", "nowhere"}, cluster()));
}

}  // namespace
}  // namespace snapstash::backup
