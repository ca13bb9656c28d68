#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/adopt.hpp"
#include "features/cli/plan.hpp"
#include "features/cli/verbs_fixture.hpp"
#include "kernel/kube/memory_files.hpp"

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

struct RetentionVerbs : Verbs {
  kube::MemoryFiles files;

  /// A snapshot of PVC `data` that old, made by a session that is gone.
  json::Object snapshot_of_age(const std::string& name, Duration age, bool labelled = true) {
    json::Object made = snapshot(name, "gone");
    json::Object& metadata = made["metadata"].as_object();
    metadata["namespace"] = "demo";
    metadata["uid"] = "uid-of-" + name;
    metadata["creationTimestamp"] =
        format_time(executor.clock().now() - std::chrono::duration_cast<WallTime::duration>(age));
    if (!labelled) metadata.erase("labels");
    return made;
  }
  json::Value configuration_that_keeps(int last) {
    json::Value made = configuration("web");
    made.at("spec").at("retentionPolicy").as_object()["keepLast"] = last;
    return made;
  }
  void answer_history(int count) {
    json::Array snapshots;
    for (int i = 1; i <= count; ++i) snapshots.push_back(snapshot_of_age("data-" + std::to_string(i), i * 1h));
    answer_list({});  // sessions
    answer_list(std::move(snapshots));
  }
};

TEST_F(RetentionVerbs, PlanShowsWhatGoesAndWhatKeepsTheRest) {
  answer(configuration_that_keeps(2));
  answer_history(3);
  EXPECT_EQ(run(plan(ports(), {.configuration = "web"}, files)), kOk);
  EXPECT_EQ(
      out.str(),
      "PVC    SNAPSHOT   AGE    READY   VERDICT   WHY\n"
      "data   data-1     60m    true    keep      last, newest\n"
      "data   data-2     120m   true    keep      last\n"
      "data   data-3     3h     true    delete    beyond the policy\n"
  );
  EXPECT_EQ(err.str(), "What is to be deleted goes when a session has backed up its PVC again, not before.\n");
  EXPECT_THAT(transport.requests[2].target, HasSubstr("snapstash.dev%2Fconfiguration%3Dweb"));
}

TEST_F(RetentionVerbs, PlanComparesWithAnotherPolicy) {
  files.contents["policy.yaml"] = "name: less\nkeepLast: 1\nprune: true\n";
  answer(configuration_that_keeps(2));
  answer_history(2);
  EXPECT_EQ(run(plan(ports(), {.configuration = "web", .policy_file = "policy.yaml"}, files)), kOk);
  EXPECT_EQ(
      out.str(),
      "PVC    SNAPSHOT   AGE    READY   VERDICT   WHY            NEW VERDICT   WHY\n"
      "data   data-1     60m    true    keep      last, newest   keep          last, newest\n"
      "data   data-2     120m   true    keep      last           delete        beyond the policy\n"
  );
}

TEST_F(RetentionVerbs, PlanTakesThePolicyOutOfABackupConfiguration) {
  files.contents["bc.yaml"] = "spec: {retentionPolicy: {name: less, keepLast: 1, prune: true}}";
  answer(configuration_that_keeps(2));
  answer_history(2);
  EXPECT_EQ(
      run(plan(ports(), {.configuration = "web", .policy_file = "bc.yaml", .output = Output::kJson}, files)), kOk
  );
  const json::Value document = *json::parse(out.str());
  EXPECT_EQ(json::find_string(document, "/snapshots/1/verdict"), "keep");
  EXPECT_EQ(json::find_string(document, "/snapshots/1/newVerdict"), "delete");
}

TEST_F(RetentionVerbs, PlanRefusesFilesWithoutAPolicy) {
  files.contents["broken.yaml"] = "keepLast: [";
  files.contents["wrong.yaml"] = "keepLast: many";
  files.contents["other.yaml"] = "kind: Deployment";
  const auto complaint = [&](const std::string& file) {
    err.str("");
    EXPECT_EQ(run(plan(ports(), {.configuration = "web", .policy_file = file}, files)), kFailure);
    return err.str();
  };
  EXPECT_THAT(complaint("none.yaml"), HasSubstr("cannot read none.yaml"));
  EXPECT_THAT(complaint("broken.yaml"), HasSubstr("broken.yaml: "));
  EXPECT_THAT(complaint("wrong.yaml"), HasSubstr("keepLast"));
  EXPECT_THAT(complaint("other.yaml"), HasSubstr("other.yaml: holds no retentionPolicy"));
  EXPECT_TRUE(transport.requests.empty());
}

TEST_F(RetentionVerbs, PlanTellsWhatTheBreakerStops) {
  answer(configuration_that_keeps(1));
  answer_history(4);
  EXPECT_EQ(run(plan(ports(), {.configuration = "web"}, files)), kOk);
  EXPECT_THAT(err.str(), HasSubstr("--overwrite snapstash.dev/approve-retention=keepLast=1"));
}

TEST(IsNamedByStash, WantsThePvcAndUnixSeconds) {
  EXPECT_TRUE(is_named_by_stash("data-1700000000", "data"));
  EXPECT_FALSE(is_named_by_stash("data-1700000000", "dat"));
  EXPECT_FALSE(is_named_by_stash("data-17000000000", "data"));
  EXPECT_FALSE(is_named_by_stash("data-by-hand", "data"));
  EXPECT_FALSE(is_named_by_stash("data", "data"));
}

json::Value deployment_of_data() {
  return *json::parse(
      R"({"metadata":{"name":"web","namespace":"demo","uid":"d1","resourceVersion":"1"},"spec":{"template":{"spec":)"
      R"({"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]}}}})"
  );
}

TEST_F(RetentionVerbs, AdoptShowsFirst) {
  answer(configuration("web"));
  answer(deployment_of_data());
  json::Object elsewhere = snapshot_of_age("logs-1700000000", 1h, false);
  elsewhere["spec"].as_object()["source"].as_object()["persistentVolumeClaimName"] = "logs";
  answer_list(
      {snapshot_of_age("data-1700000000", 2h, false), snapshot_of_age("by-hand", 1h, false),
       snapshot_of_age("data-1700000001", 1h, true), std::move(elsewhere)}
  );
  EXPECT_EQ(run(adopt(ports(), {.configuration = "web"})), kOk);
  EXPECT_EQ(out.str(), "PVC    SNAPSHOT          AGE    READY\ndata   data-1700000000   120m   true\n");
  EXPECT_EQ(
      err.str(), "1 snapshot would be adopted by BackupConfiguration demo/web. To do it: the same command with --yes.\n"
  );
  EXPECT_THAT(transport.requests, testing::SizeIs(3));
}

TEST_F(RetentionVerbs, AdoptLabelsWhenToldTo) {
  answer(configuration("web"));
  answer(deployment_of_data());
  answer_list({snapshot_of_age("data-1700000000", 2h, false), snapshot_of_age("by-hand", 1h, false)});
  answer(json::Object{});
  answer(json::Object{});
  EXPECT_EQ(run(adopt(ports(), {.configuration = "web", .all = true, .yes = true})), kOk);
  EXPECT_EQ(transport.requests[3].method, "PATCH");
  EXPECT_EQ(json::find_string(body(3), "/metadata/uid"), "uid-of-by-hand");
  EXPECT_EQ(json::find_string(body(3), "/metadata/labels/snapstash.dev~1session-uid"), "adopted");
  EXPECT_EQ(json::find_string(body(3), "/metadata/labels/snapstash.dev~1configuration"), "web");
  EXPECT_EQ(json::find_string(body(4), "/metadata/uid"), "uid-of-data-1700000000");
  EXPECT_THAT(out.str(), HasSubstr("2 snapshots adopted by BackupConfiguration demo/web."));
}

TEST_F(RetentionVerbs, AdoptNeedsTheTarget) {
  answer(configuration("web"));
  answer_not_found();
  EXPECT_EQ(run(adopt(ports(), {.configuration = "web"})), kFailure);
  EXPECT_EQ(err.str(), "error: Backup target Deployment demo/web does not exist.");
}

}  // namespace
}  // namespace snapstash::cli
