#include "features/backup/snapshots.hpp"

#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"

namespace snapstash::backup {
namespace {

struct AddSnapshots : testing::Test, cluster::TestContext {
  api::VolumeSnapshot snapshot;
  std::vector<Volume> volumes{{.pvc = "data", .obstacle = "", .class_name = "", .snapshot = {}, .creation_error = ""}};

  AddSnapshots() {
    snapshot.metadata.name = "data-1";
    snapshot.metadata.uid = "v1";
    snapshot.spec.source.claim = "data";
    snapshot.status.ready_to_use = true;
    snapshot.status.bound_content = "snapcontent-v1";
  }
  Result<void> add() {
    return executor.run_task(add_snapshots(context(), {std::make_shared<const api::VolumeSnapshot>(snapshot)}, volumes)
    );
  }
  void answer_content(const std::string& uid_of_snapshot) {
    answer(json::Object{
        {"metadata", json::Object{{"name", "by-hand"}}},
        {"spec", json::Object{{"driver", "csi.x"}, {"volumeSnapshotRef", json::Object{{"uid", uid_of_snapshot}}}}}
    });
  }
};

TEST_F(AddSnapshots, AContentNamedAfterTheSnapshotIsItsOwn) {
  ASSERT_TRUE(add());
  EXPECT_TRUE(volumes[0].snapshot->ready);
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(AddSnapshots, AnotherContentIsAsked) {
  snapshot.status.bound_content = "by-hand";
  answer_content("v1");
  ASSERT_TRUE(add());
  EXPECT_TRUE(volumes[0].snapshot->ready);
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(AddSnapshots, AContentOfAnotherSnapshotMakesItNotReady) {
  snapshot.status.bound_content = "by-hand";
  answer_content("another");
  ASSERT_TRUE(add());
  EXPECT_FALSE(volumes[0].snapshot->ready);
}

TEST_F(AddSnapshots, AContentThatIsGoneMakesItNotReady) {
  snapshot.status.bound_content = "by-hand";
  refuse(404, "NotFound", "not found");
  ASSERT_TRUE(add());
  EXPECT_FALSE(volumes[0].snapshot->ready);
}

TEST_F(AddSnapshots, WithoutAnAnswerNothingIsConcluded) {
  snapshot.status.bound_content = "by-hand";
  refuse(403, "Forbidden", "no");
  EXPECT_FALSE(add());
}

TEST_F(AddSnapshots, AnUnboundOneIsNotReadyWhateverItSays) {
  snapshot.status.bound_content = "";
  ASSERT_TRUE(add());
  EXPECT_FALSE(volumes[0].snapshot->ready);
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(AddSnapshots, ThatOfAnotherClaimIsNotTaken) {
  snapshot.spec.source.claim = "other";
  ASSERT_TRUE(add());
  EXPECT_FALSE(volumes[0].snapshot.has_value());
}

}  // namespace
}  // namespace snapstash::backup
