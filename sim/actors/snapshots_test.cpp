#include "sim/actors/actors_fixture.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

struct SnapshotsTest : ActorsTest {
  void SetUp() override {
    make_claim("data", "now");
    run_for(5s);
    ASSERT_EQ(text_of(kinds::kClaim, "data", "/status/phase"), "Bound");
  }
  bool ready() { return is_true(cluster.find(kinds::kSnapshot, "demo", "s")->value(), "/status/readyToUse"); }
  std::string error() { return text_of(kinds::kSnapshot, "s", "/status/error/message"); }
};

TEST_F(SnapshotsTest, BecomesReadyAndGoesWithItsContent) {
  make_snapshot("s", "data");
  run_for(5s);
  EXPECT_TRUE(ready());
  const ObjectPtr snapshot = cluster.find(kinds::kSnapshot, "demo", "s");
  const std::string content = "snapcontent-" + snapshot->uid();
  EXPECT_EQ(text_of(kinds::kSnapshot, "s", "/status/boundVolumeSnapshotContentName"), content);
  EXPECT_EQ(text_of(kinds::kSnapshot, "s", "/status/restoreSize"), "1073741824");
  EXPECT_NE(text_of(kinds::kSnapshot, "s", "/status/creationTime"), "");
  EXPECT_FALSE(has_finalizer(*cluster.find(kinds::kClaim, "demo", "data"), marks::kClaimProtection));
  cluster.remove("test", *snapshot);
  EXPECT_NE(cluster.find(kinds::kSnapshot, "demo", "s"), nullptr);
  run_for(5s);
  EXPECT_EQ(cluster.find(kinds::kSnapshot, "demo", "s"), nullptr);
  EXPECT_EQ(cluster.find(kinds::kSnapshotContent, "", content), nullptr);
}

TEST_F(SnapshotsTest, AnErrorHeals) {
  behaviour.error = "rpc error: code = Internal desc = busy";
  behaviour.error_lasts = 20s;
  make_snapshot("s", "data");
  run_for(10s);
  EXPECT_FALSE(ready());
  EXPECT_TRUE(error().ends_with(behaviour.error)) << error();
  run_for(15s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(error(), "");
}

TEST_F(SnapshotsTest, AClassOfAnotherDriverIsSilence) {
  make_snapshot("s", "data", "theirs");
  run_for(2min);
  EXPECT_NE(text_of(kinds::kSnapshot, "s", "/status/boundVolumeSnapshotContentName"), "");
  EXPECT_FALSE(ready());
  EXPECT_EQ(error(), "");
}

TEST_F(SnapshotsTest, AMissingClassHealsWhenItComes) {
  make_snapshot("s", "data", "to-come");
  run_for(5s);
  EXPECT_TRUE(error().contains("not found")) << error();
  create_text(R"({"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshotClass","metadata":{"name":"to-come"},
      "driver":"csi.one","deletionPolicy":"Delete"})");
  run_for(10s);
  EXPECT_TRUE(ready());
}

TEST_F(SnapshotsTest, ReadyThenAnError) {
  behaviour.late_error = "gone";
  make_snapshot("s", "data");
  run_for(10s);
  EXPECT_TRUE(ready());
  EXPECT_EQ(error(), "gone");
}

TEST_F(SnapshotsTest, AContentThatIsForcedAwayIsMadeAgain) {
  behaviour.content_lost_after = 5s;
  make_snapshot("s", "data");
  run_for(5s);
  const std::string uid = cluster.list(kinds::kSnapshotContent).at(0)->uid();
  EXPECT_TRUE(ready());
  const std::string cut = text_of(kinds::kSnapshot, "s", "/status/creationTime");
  run_for(20s);
  EXPECT_NE(cluster.list(kinds::kSnapshotContent).at(0)->uid(), uid);
  EXPECT_TRUE(ready());
  EXPECT_EQ(text_of(kinds::kSnapshot, "s", "/status/creationTime"), cut);  // of other data by now
}

TEST_F(SnapshotsTest, ASnapshotOfAnUnboundClaimLocksIt) {
  make_claim("idle", "late");
  make_snapshot("s", "idle");
  run_for(10s);
  EXPECT_TRUE(error().contains("not yet bound")) << error();
  EXPECT_TRUE(has_finalizer(*cluster.find(kinds::kClaim, "demo", "idle"), marks::kClaimProtection));
  cluster.remove("test", *cluster.find(kinds::kSnapshot, "demo", "s"));
  run_for(10s);
  EXPECT_FALSE(has_finalizer(*cluster.find(kinds::kClaim, "demo", "idle"), marks::kClaimProtection));
}

TEST_F(SnapshotsTest, ARestoredClaimIsBound) {
  make_snapshot("s", "data");
  run_for(5s);
  const std::string source =
      R"(,"dataSource":{"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"s"})";
  make_claim("back", "now", source);
  make_claim("waiting", "late", source);
  run_for(5s);
  EXPECT_EQ(text_of(kinds::kClaim, "back", "/status/phase"), "Bound");
  EXPECT_EQ(text_of(kinds::kClaim, "waiting", "/status/phase"), "Pending");
  const std::string volume = text_of(kinds::kClaim, "back", "/spec/volumeName");
  EXPECT_EQ(text_of(kinds::kVolume, volume, "/spec/csi/driver"), "csi.one");
  cluster.remove("test", *cluster.find(kinds::kClaim, "demo", "back"));
  run_for(5s);
  EXPECT_EQ(cluster.find(kinds::kVolume, "", volume), nullptr);
}

TEST_F(SnapshotsTest, AClaimWithoutItsSnapshotStaysPendingAndSaysWhy) {
  make_claim(
      "back", "now", R"(,"dataSource":{"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"s"})"
  );
  run_for(10s);
  EXPECT_EQ(text_of(kinds::kClaim, "back", "/status/phase"), "Pending");
  const auto events = cluster.list(kinds::kEvent, "demo");
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(json::find_string(events[0]->value(), "/reason"), "ProvisioningFailed");
  make_snapshot("s", "data");
  run_for(1min);
  EXPECT_EQ(text_of(kinds::kClaim, "back", "/status/phase"), "Bound");
}

TEST_F(SnapshotsTest, ProvisioningFailsForAWhileOrForEver) {
  provision.error = "quota exceeded";
  provision.error_lasts = 10s;
  make_claim("a", "now");
  run_for(8s);
  EXPECT_EQ(text_of(kinds::kClaim, "a", "/status/phase"), "Pending");
  run_for(30s);
  EXPECT_EQ(text_of(kinds::kClaim, "a", "/status/phase"), "Bound");
  provision.never = true;
  make_claim("b", "now");
  run_for(10min);
  EXPECT_EQ(text_of(kinds::kClaim, "b", "/status/phase"), "Pending");
}

}  // namespace
}  // namespace snapstash::sim
