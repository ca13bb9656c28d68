#include "features/cli/create.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/verbs_fixture.hpp"

namespace snapstash::cli {
namespace {

using testing::HasSubstr;

CreateConfiguration nightly() {
  CreateConfiguration wanted;
  wanted.name = "web";
  wanted.schedule = "0 2 * * *";
  wanted.target_kind = "Deployment";
  wanted.target_name = "web";
  wanted.keep = {{"keepDaily", 7}, {"keepWeekly", 4}};
  return wanted;
}

CreateRestore restored() { return {.name = "back", .claim = "restored", .snapshot = "data-1795562400"}; }

TEST(ConfigurationOf, IsWhatStashWouldMakeOfTheFlags) {
  CreateConfiguration wanted = nightly();
  wanted.snapshot_class = "fast";
  wanted.replicas = 3;
  wanted.dry_run = true;
  EXPECT_EQ(
      json::serialize(configuration_of(wanted, "demo")),
      R"({"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupConfiguration",)"
      R"("metadata":{"name":"web","namespace":"demo"},"spec":{"driver":"VolumeSnapshotter","schedule":"0 2 * * *",)"
      R"("target":{"ref":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"replicas":3,)"
      R"("snapshotClassName":"fast"},"retentionPolicy":{"name":"keep-weekly-4","prune":false,"keepDaily":7,)"
      R"("keepWeekly":4,"dryRun":true}}})"
  );
}

TEST(ConfigurationOf, TakesTheApiVersionOfTheKind) {
  CreateConfiguration wanted = nightly();
  wanted.target_kind = "PersistentVolumeClaim";
  EXPECT_EQ(json::find_string(configuration_of(wanted, ""), "/spec/target/ref/apiVersion"), "v1");
  wanted.target_api_version = "other/v1";
  EXPECT_EQ(json::find_string(configuration_of(wanted, ""), "/spec/target/ref/apiVersion"), "other/v1");
  EXPECT_EQ(json::find(configuration_of(wanted, ""), "/metadata/namespace"), nullptr);
}

TEST(RestoreOf, LeavesOutWhatWasNotSaid) {
  EXPECT_EQ(
      json::serialize(json::find(restore_of(restored(), "demo"), "/spec")[0]),
      R"({"driver":"VolumeSnapshotter","target":{"volumeClaimTemplates":[{"metadata":{"name":"restored"},)"
      R"("spec":{"accessModes":["ReadWriteOnce"],"dataSource":{"apiGroup":"snapshot.storage.k8s.io",)"
      R"("kind":"VolumeSnapshot","name":"data-1795562400"}}}]}})"
  );
  CreateRestore wanted = restored();
  wanted.size = "1Gi";
  wanted.storage_class = "fast";
  wanted.access_modes = {"ReadWriteMany"};
  wanted.replicas = 2;
  const json::Value made = restore_of(wanted, "demo");
  const std::string claim = "/spec/target/volumeClaimTemplates/0/spec";
  EXPECT_EQ(json::find_string(made, claim + "/resources/requests/storage"), "1Gi");
  EXPECT_EQ(json::find_string(made, claim + "/storageClassName"), "fast");
  EXPECT_EQ(json::find_string(made, claim + "/accessModes/0"), "ReadWriteMany");
  EXPECT_EQ(*json::find(made, "/spec/target/replicas"), json::Value(2));
}

TEST(DocumentOf, IsYamlWithoutACluster) {
  CreateConfiguration wanted = nightly();
  wanted.output = Output::kYaml;
  const auto document = document_of(wanted, "");
  ASSERT_TRUE(document);
  EXPECT_THAT(*document, HasSubstr("kind: BackupConfiguration\nmetadata:\n  name: web\nspec:\n"));
  EXPECT_THAT(*document, HasSubstr("schedule: \"0 2 * * *\""));
}

TEST(DocumentOf, IsNoneOfAnObjectThatCannotWork) {
  CreateConfiguration wanted = nightly();
  wanted.schedule = "soon";
  const auto document = document_of(wanted, "demo");
  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, HasSubstr("must be five fields"));
  CreateRestore restore = restored();
  restore.replicas = 2;
  EXPECT_THAT(document_of(restore, "").error().message, HasSubstr("${POD_ORDINAL}"));
}

TEST_F(Verbs, CreateMakesAConfiguration) {
  answer_not_found();
  answer(json::Object{}, 201);
  CreateConfiguration wanted = nightly();
  wanted.ignored = {"--repo-name", "--task"};
  EXPECT_EQ(run(create(ports(), wanted)), kOk);
  EXPECT_EQ(transport.requests[1].method, "POST");
  EXPECT_EQ(body(1), configuration_of(wanted, "demo"));
  EXPECT_EQ(out.str(), "BackupConfiguration demo/web has been created successfully.\n");
  EXPECT_EQ(err.str(), "warning: --repo-name, --task are read by Stash's Restic driver only, and ignored.\n");
}

TEST_F(Verbs, CreateChangesOfOneThatExistsWhatWasSaidAndNothingElse) {
  answer(configuration("web"));
  answer(json::Object{});
  CreateConfiguration wanted;
  wanted.name = "web";
  wanted.keep = {{"keepLast", 3}};
  EXPECT_EQ(run(create(ports(), wanted)), kOk);
  EXPECT_EQ(transport.requests[1].method, "PATCH");
  EXPECT_EQ(
      transport.requests[1].body,
      R"({"spec":{"driver":"VolumeSnapshotter","retentionPolicy":{"keepLast":3,"name":"keep-last-3"}},)"
      R"("metadata":{"uid":"c1"}})"
  );
  EXPECT_THAT(out.str(), HasSubstr("has been changed; what no flag names is as it was."));
}

TEST_F(Verbs, CreateOfWhatIsThereWritesNothing) {
  answer(configuration("web"));
  CreateConfiguration wanted;
  wanted.name = "web";
  wanted.schedule = "@daily";
  EXPECT_EQ(run(create(ports(), wanted)), kOk);
  EXPECT_THAT(out.str(), HasSubstr("exists and is like that already."));
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(Verbs, CreateLeavesStashsOwnAlone) {
  json::Value restic = configuration("web");
  restic.at("spec").as_object().erase("driver");
  answer(restic);
  EXPECT_EQ(run(create(ports(), nightly())), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("BackupConfiguration demo/web exists, and is left alone: Snapstash backs up with"));
}

TEST_F(Verbs, WhatTheApiServerSaysOfAnObjectIsShownAsItIs) {
  answer_not_found();
  refuse(422, "Invalid", "BackupConfiguration.stash.appscode.com \"web\" is invalid: spec.schedule: Invalid value");
  EXPECT_EQ(run(create(ports(), nightly())), kFailure);
  EXPECT_EQ(
      err.str(), "error: BackupConfiguration.stash.appscode.com \"web\" is invalid: spec.schedule: Invalid value"
  );
}

TEST_F(Verbs, CreateWhoseAnswerWasLostFindsItsOwnObject) {
  answer_not_found();
  refuse(409, "AlreadyExists", "exists");
  json::Value made = configuration_of(nightly(), "demo");
  made.at("metadata").as_object()["uid"] = "u1";
  answer(made);
  EXPECT_EQ(run(create(ports(), nightly())), kOk);
}

TEST_F(Verbs, CreateMakesARestoreOnce) {
  answer_not_found();
  answer(json::Object{}, 201);
  EXPECT_EQ(run(create(ports(), restored())), kOk);
  EXPECT_EQ(body(1), restore_of(restored(), "demo"));
  json::Value made = restore_of(restored(), "demo");
  made.as_object()["status"] = json::Object{{"phase", "Succeeded"}};
  answer(made);
  EXPECT_EQ(run(create(ports(), restored())), kOk);
  EXPECT_THAT(out.str(), HasSubstr("RestoreSession demo/back exists already and is Succeeded. It runs once"));
  answer(made);
  CreateRestore other = restored();
  other.snapshot = "data-2";
  EXPECT_EQ(run(create(ports(), other)), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("RestoreSession spec is immutable. Choose another name"));
  EXPECT_EQ(transport.requests.size(), 4U);
}

}  // namespace
}  // namespace snapstash::cli
