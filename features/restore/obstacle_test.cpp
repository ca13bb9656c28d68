#include "features/restore/obstacle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Obstacles : testing::Test {
  api::ClaimTemplate wanted = api::sample_template("restore-data", "data-1");
  api::VolumeSnapshot snapshot;
  api::VolumeSnapshotContent content;
  bool has_snapshot = true, has_content = true;
  Classes classes;

  Obstacles() {
    snapshot.metadata.name = "data-1";
    snapshot.metadata.namespace_ = "demo";
    snapshot.metadata.uid = "s1";
    snapshot.status.ready_to_use = true;
    snapshot.status.bound_content = "snapcontent-s1";
    snapshot.status.restore_size = "1Gi";
    content.metadata.name = "snapcontent-s1";
    content.spec.driver = "csi.example.io";
    content.spec.snapshot.uid = "s1";
    content.spec.source_volume_mode = "Filesystem";
    add_class("csi-standard", "csi.example.io");
  }

  void add_class(const std::string& name, const std::string& driver, bool is_default = false, WallTime created = {}) {
    api::StorageClass made;
    made.metadata.name = name;
    made.metadata.creation_timestamp = created;
    if (is_default) made.metadata.annotations["storageclass.kubernetes.io/is-default-class"] = "true";
    made.provisioner = driver;
    std::erase_if(classes, [&](const auto& each) { return each->metadata.name == name; });
    classes.push_back(std::make_shared<const api::StorageClass>(made));
  }

  std::string found() const {
    Source source;
    if (has_snapshot) source.snapshot = std::make_shared<const api::VolumeSnapshot>(snapshot);
    if (has_content) source.content = std::make_shared<const api::VolumeSnapshotContent>(content);
    return find_obstacle(request_of(wanted), "demo", source, classes);
  }

  json::Object& requests() { return wanted.spec["resources"].as_object()["requests"].as_object(); }
};

TEST_F(Obstacles, NoneForWhatWorks) { EXPECT_EQ(found(), ""); }

TEST_F(Obstacles, MissingSnapshotInStashsWords) {
  has_snapshot = false;
  EXPECT_EQ(found(), "VolumeSnapshot demo/data-1 does not exist");
}

TEST_F(Obstacles, SnapshotThatIsNotReady) {
  snapshot.status.ready_to_use = false;
  snapshot.status.error = api::VolumeSnapshot::Problem{{}, "disk on fire"};
  EXPECT_THAT(found(), HasSubstr("demo/data-1 is not ready to use: disk on fire. Wait until"));
  snapshot.status.ready_to_use = true;
  snapshot.status.bound_content = {};
  EXPECT_THAT(found(), HasSubstr("not ready"));
  snapshot.metadata.deletion_timestamp = WallTime(1s);
  EXPECT_THAT(found(), HasSubstr("is being deleted"));
}

TEST_F(Obstacles, ContentThatIsMissingOrAnothers) {
  content.spec.snapshot.uid = "s2";
  EXPECT_THAT(found(), HasSubstr("belongs to another VolumeSnapshot"));
  has_content = false;
  EXPECT_THAT(found(), HasSubstr("snapcontent-s1, which does not exist"));
}

TEST_F(Obstacles, MissingClassInStashsWords) {
  classes.clear();
  EXPECT_EQ(found(), "failed to restore. Reason: StorageClass csi-standard not found.");
  wanted.spec["storageClassName"] = "";
  EXPECT_THAT(found(), HasSubstr("storageClassName is empty"));
  wanted.spec.erase("storageClassName");
  EXPECT_THAT(found(), HasSubstr("has no default one"));
}

TEST_F(Obstacles, TheNewestDefaultClassIsTaken) {
  wanted.spec.erase("storageClassName");
  add_class("a", "csi.example.io", true, WallTime(2s));
  add_class("b", "other.example.io", true, WallTime(1s));
  EXPECT_EQ(found(), "");
  EXPECT_EQ(class_of(std::nullopt, classes)->metadata.name, "a");
  add_class("b", "other.example.io", true, WallTime(3s));
  EXPECT_EQ(class_of(std::nullopt, classes)->metadata.name, "b");
  EXPECT_EQ(class_of("", classes), nullptr);
}

TEST_F(Obstacles, ClassOfAnotherDriver) {
  add_class("csi-standard", "other.example.io");
  EXPECT_THAT(found(), HasSubstr("of the CSI driver csi.example.io, but StorageClass csi-standard is of other"));
}

TEST_F(Obstacles, ARequestBelowTheRestoreSizeIsRaised) {
  const auto raised = [this] { return size_to_raise(request_of(wanted), snapshot); };
  for (const json::Value& little : {json::Value("1023Mi"), json::Value(1073741823)}) {
    requests()["storage"] = little;
    EXPECT_EQ(found(), "");
    EXPECT_EQ(raised(), "1Gi");
  }
  requests().erase("storage");
  EXPECT_EQ(found(), "");
  EXPECT_EQ(raised(), "1Gi");
  requests()["storage"] = 1073741824;
  EXPECT_EQ(raised(), "");
  snapshot.status.restore_size = {};  // not every driver says
  requests()["storage"] = "1";
  EXPECT_EQ(raised(), "");
  requests().erase("storage");
  EXPECT_THAT(found(), HasSubstr("does not say how large the volume is to be, nor does the VolumeSnapshot"));
}

TEST_F(Obstacles, ASizeCanBePutWhereThereIsNone) {
  wanted.spec.erase("resources");
  set_size(wanted, "2Gi");
  EXPECT_EQ(request_of(wanted).size, "2Gi");
  set_size(wanted, "3Gi");
  EXPECT_EQ(request_of(wanted).size, "3Gi");
}

TEST_F(Obstacles, AnotherVolumeMode) {
  wanted.spec["volumeMode"] = "Block";
  EXPECT_THAT(found(), HasSubstr("mode Filesystem, but the template asks for Block"));
  content.metadata.annotations["snapshot.storage.kubernetes.io/allow-volume-mode-change"] = "true";
  EXPECT_EQ(found(), "");
  content.metadata.annotations.clear();
  content.spec.source_volume_mode.clear();
  EXPECT_EQ(found(), "");
}

TEST_F(Obstacles, ASelector) {
  wanted.spec["selector"] = json::Object{};
  EXPECT_THAT(found(), HasSubstr("selector"));
}

TEST_F(Obstacles, AnEmptyVolumeNeedsNoSource) {
  wanted.spec.erase("dataSource");
  has_snapshot = has_content = false;
  EXPECT_EQ(found(), "");
  classes.clear();
  EXPECT_THAT(found(), HasSubstr("not found"));
  wanted.spec.erase("storageClassName");
  EXPECT_EQ(found(), "");
}

TEST(Request, ReadsDataSourceRefToo) {
  api::ClaimTemplate wanted = api::sample_template("restore-data", "data-1");
  wanted.spec["dataSourceRef"] = wanted.spec["dataSource"];
  wanted.spec.erase("dataSource");
  EXPECT_EQ(request_of(wanted).snapshot, "data-1");
}

}  // namespace
}  // namespace snapstash::restore
