#include "features/cli/copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/snapshot_copy.hpp"
#include "features/cli/verbs_fixture.hpp"

namespace snapstash::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

json::Value original() {
  return *json::parse(R"({
    "metadata": {"name": "data-1", "namespace": "demo", "uid": "u1",
      "labels": {"app": "web", "snapstash.dev/session-uid": "s1", "snapstash.dev/configuration": "web"},
      "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "note": "kept"}},
    "spec": {"source": {"persistentVolumeClaimName": "data"}, "volumeSnapshotClassName": "fast"},
    "status": {"readyToUse": true, "boundVolumeSnapshotContentName": "snapcontent-u1"}})");
}

json::Value its_content() {
  return *json::parse(R"({
    "metadata": {"name": "snapcontent-u1"},
    "spec": {"driver": "csi.example", "deletionPolicy": "Delete", "sourceVolumeMode": "Block",
      "source": {"volumeHandle": "v1"}, "volumeSnapshotClassName": "fast",
      "volumeSnapshotRef": {"namespace": "demo", "name": "data-1", "uid": "u1"}},
    "status": {"snapshotHandle": "h1", "readyToUse": true}})");
}

CopySight sight() { return {.from = "demo", .to = "other", .snapshot = original(), .content = its_content()}; }

/// As the controllers leave it once it is bound.
CopySight done(const std::string& uid = "u2") {
  CopySight seen = sight();
  const CopyDecision decision = decide_copy(seen);
  seen.copied = *decision.content;
  seen.copied.at("metadata").as_object()["uid"] = "c2";
  seen.copied.at("metadata").as_object()["resourceVersion"] = "7";
  seen.copied.at("spec").at("volumeSnapshotRef").as_object()["uid"] = uid;
  seen.there = *decision.snapshot;
  seen.there.at("metadata").as_object()["uid"] = "u2";
  return seen;
}

TEST(DecideCopy, MakesAContentThatDeletesNothingAndASnapshotThatNamesIt) {
  const CopyDecision decision = decide_copy(sight());
  ASSERT_EQ(decision.refusal, "");
  const std::string name = content_name(original(), "other");
  EXPECT_EQ(json::find_string(*decision.content, "/metadata/name"), name);
  EXPECT_EQ(
      json::serialize(decision.content->at("spec")),
      R"({"driver":"csi.example","deletionPolicy":"Retain","source":{"snapshotHandle":"h1"},)"
      R"("volumeSnapshotRef":{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot",)"
      R"("namespace":"other","name":"data-1"},"sourceVolumeMode":"Block","volumeSnapshotClassName":"fast"})"
  );
  EXPECT_EQ(json::find_string(*decision.snapshot, "/spec/source/volumeSnapshotContentName"), name);
  EXPECT_EQ(json::find(*decision.snapshot, "/spec/source/persistentVolumeClaimName"), nullptr);
  EXPECT_EQ(
      json::serialize(decision.snapshot->at("metadata")),
      R"({"name":"data-1","namespace":"other","labels":{"app":"web"},)"
      R"("annotations":{"note":"kept","snapstash.dev/copied-from":"demo/data-1"}})"
  );
}

TEST(DecideCopy, LeavesOutAClassThatIsGone) {
  CopySight seen = sight();
  seen.class_exists = false;
  const CopyDecision decision = decide_copy(seen);
  EXPECT_EQ(json::find(*decision.content, "/spec/volumeSnapshotClassName"), nullptr);
  EXPECT_EQ(json::find(*decision.snapshot, "/spec/volumeSnapshotClassName"), nullptr);
}

TEST(DecideCopy, IsDoneWhenItIsDone) {
  const CopyDecision decision = decide_copy(done());
  EXPECT_EQ(decision.refusal, "");
  EXPECT_FALSE(decision.content || decision.snapshot || decision.release);
}

TEST(DecideCopy, TakesUpWhatIsHalfDone) {
  CopySight seen = done("");
  seen.there = nullptr;
  const CopyDecision decision = decide_copy(seen);
  EXPECT_FALSE(decision.content || decision.release);
  EXPECT_TRUE(decision.snapshot);
}

TEST(DecideCopy, ReleasesTheContentOfACopyThatWasDeleted) {
  CopySight seen = done("gone");
  seen.there = nullptr;
  const CopyDecision decision = decide_copy(seen);
  ASSERT_TRUE(decision.release);
  EXPECT_EQ(
      json::serialize(*decision.release),
      R"({"metadata":{"uid":"c2","resourceVersion":"7",)"
      R"("annotations":{"snapshot.storage.kubernetes.io/volumesnapshot-being-deleted":null}},)"
      R"("spec":{"volumeSnapshotRef":{"uid":null}}})"
  );
  EXPECT_TRUE(decision.snapshot);
}

std::string refusal(const std::function<void(CopySight&)>& spoil, CopySight seen = sight()) {
  spoil(seen);
  const CopyDecision decision = decide_copy(seen);
  EXPECT_FALSE(decision.content || decision.snapshot || decision.release);
  return decision.refusal;
}

TEST(DecideCopy, RefusesAnOriginalThatCannotBeRestored) {
  EXPECT_THAT(refusal([](CopySight& s) { s.to = "demo"; }), HasSubstr("is in that namespace already"));
  EXPECT_THAT(refusal([](CopySight& s) { s.content = nullptr; }), HasSubstr("its data are gone"));
  EXPECT_THAT(
      refusal([](CopySight& s) { s.snapshot.at("status").as_object()["readyToUse"] = false; }),
      HasSubstr("VolumeSnapshot demo/data-1 is not ready to use. Wait until")
  );
  EXPECT_THAT(
      refusal([](CopySight& s) { s.snapshot.at("metadata").as_object()["deletionTimestamp"] = "now"; }),
      HasSubstr("is being deleted")
  );
  EXPECT_THAT(
      refusal([](CopySight& s) { s.content.at("spec").at("volumeSnapshotRef").as_object()["uid"] = "u9"; }),
      HasSubstr("belongs to another VolumeSnapshot")
  );
  EXPECT_THAT(refusal([](CopySight& s) { s.content.as_object().erase("status"); }), HasSubstr("has no snapshotHandle"));
}

TEST(DecideCopy, TouchesNobodyElsesObjects) {
  EXPECT_THAT(
      refusal([](CopySight& s) { s.there = original(); }),
      HasSubstr("VolumeSnapshot other/data-1 exists already and is no copy of this one")
  );
  EXPECT_THAT(
      refusal([](CopySight& s) { s.copied.at("spec").at("source").as_object()["snapshotHandle"] = "h9"; }, done()),
      HasSubstr("stands for something else")
  );
}

TEST(DecideCopy, NeverLetsTwoContentsDeleteOneSnapshot) {
  EXPECT_THAT(
      refusal([](CopySight& s) { s.copied.at("spec").as_object()["deletionPolicy"] = "Delete"; }, done()),
      HasSubstr("is of deletionPolicy Delete, so that deleting VolumeSnapshot other/data-1 would delete the data under "
                "demo/data-1, too. Set it back: kubectl patch")
  );
}

TEST(ExplainCopy, SaysWhatDeletingMeans) {
  EXPECT_THAT(explain_copy(sight()), HasSubstr("Deleting the copy deletes no data"));
  EXPECT_THAT(explain_copy(sight()), HasSubstr("kubectl label volumesnapshot -n demo data-1 snapstash.dev/hold=true"));
  CopySight kept = sight();
  kept.content.at("spec").as_object()["deletionPolicy"] = "Retain";
  EXPECT_THAT(explain_copy(kept), HasSubstr("deletes no data either"));
  EXPECT_THAT(explain_copy(kept), Not(HasSubstr("hold")));
}

TEST_F(Verbs, CopyOfASnapshotIsRehearsedThenMadeContentFirst) {
  answer(original());
  answer(its_content());
  answer_not_found();
  answer_not_found();
  answer(json::Object{});
  for (int i = 0; i < 3; ++i) answer(json::Object{}, 201);
  EXPECT_EQ(run(copy(ports(), CopySnapshot{"data-1", "other"})), kOk);
  ASSERT_EQ(transport.requests.size(), 8U);
  const std::string group = "/apis/snapshot.storage.k8s.io/v1/";
  EXPECT_EQ(transport.requests[5].target, group + "namespaces/other/volumesnapshots?dryRun=All");
  EXPECT_EQ(transport.requests[6].target, group + "volumesnapshotcontents");
  EXPECT_EQ(transport.requests[7].target, group + "namespaces/other/volumesnapshots");
  EXPECT_THAT(out.str(), HasSubstr("VolumeSnapshot other/data-1 has been made a copy of demo/data-1.\n"));
}

TEST_F(Verbs, CopyToANamespaceThatIsNotThereLeavesNothingBehind) {
  answer(original());
  answer(its_content());
  answer_not_found();
  answer_not_found();
  answer(json::Object{});
  refuse(404, "NotFound", "namespaces \"other\" not found");
  EXPECT_EQ(run(copy(ports(), CopySnapshot{"data-1", "other"})), kFailure);
  EXPECT_EQ(err.str(), "error: namespaces \"other\" not found");
}

TEST_F(Verbs, CopyWithoutTheRightToMakeContentsSaysWhoHasIt) {
  answer(original());
  answer(its_content());
  answer_not_found();
  answer_not_found();
  answer_not_found();
  answer(json::Object{}, 201);
  refuse(403, "Forbidden", "cannot create volumesnapshotcontents");
  EXPECT_EQ(run(copy(ports(), CopySnapshot{"data-1", "other"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("may read every snapshot of the storage: ask whoever runs the cluster"));
}

TEST_F(Verbs, CopyOfASnapshotThatIsNotThere) {
  answer_not_found();
  EXPECT_EQ(run(copy(ports(), CopySnapshot{"data-1", "other"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("VolumeSnapshot demo/data-1 does not exist; kubectl get volumesnapshot -n demo"));
}

TEST_F(Verbs, CopyOfAConfigurationTakesItsSpecWhole) {
  json::Value whole = configuration("web", true);
  whole.at("spec").as_object()["hooks"] = json::Object{{"new", "field"}};
  whole.at("spec").at("target").at("ref").as_object()["namespace"] = "demo";
  answer(configuration("web", true));
  answer(whole);
  answer_not_found();
  answer(json::Object{}, 201);
  EXPECT_EQ(run(copy(ports(), CopyConfiguration{"web", "other"})), kOk);
  const json::Value made = body(3);
  EXPECT_EQ(json::find_string(made, "/metadata/namespace"), "other");
  EXPECT_EQ(json::find(made, "/metadata/uid"), nullptr);
  EXPECT_EQ(json::find(made, "/status"), nullptr);
  EXPECT_EQ(json::find_string(made, "/spec/hooks/new"), "field");
  EXPECT_EQ(json::find(made, "/spec/target/ref/namespace"), nullptr);
  EXPECT_EQ(
      out.str(),
      "BackupConfiguration other/web has been created successfully, paused as its original is. It backs up Deployment "
      "other/web.\n"
  );
}

TEST_F(Verbs, CopyOfAConfigurationOverwritesNone) {
  json::Value there = configuration("web");
  there.at("metadata").as_object()["namespace"] = "other";
  for (int i = 0; i < 2; ++i) answer(configuration("web"));
  answer(there);
  EXPECT_EQ(run(copy(ports(), CopyConfiguration{"web", "other"})), kOk);
  EXPECT_EQ(out.str(), "BackupConfiguration other/web is the same already.\n");
  for (int i = 0; i < 2; ++i) answer(configuration("web", true));
  answer(there);
  EXPECT_EQ(run(copy(ports(), CopyConfiguration{"web", "other"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("exists already and is another one. It is left alone"));
  EXPECT_EQ(run(copy(ports(), CopyConfiguration{"web", "demo"})), kFailure);
}

}  // namespace
}  // namespace snapstash::cli
