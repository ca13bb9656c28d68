#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/get.hpp"
#include "features/cli/pause.hpp"
#include "features/cli/trigger.hpp"
#include "features/cli/verbs_fixture.hpp"
#include "features/cli/version.hpp"

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGroup = "/apis/stash.appscode.com/v1beta1/namespaces/demo";

TEST_F(Verbs, TriggerCreatesASession) {
  answer(configuration("web"));
  answer(json::Object{}, 201);
  EXPECT_EQ(run(trigger(ports(), {.configuration = "web"})), kOk);
  const json::Value made = body(1);
  const std::string name(json::find_string(made, "/metadata/name"));
  EXPECT_THAT(name, StartsWith("web-"));
  EXPECT_EQ(name.size(), 9U);
  EXPECT_EQ(json::find_string(made, "/metadata/labels/app"), "stash");
  EXPECT_EQ(json::find_string(made, "/metadata/labels/stash.appscode.com~1invoker-type"), "BackupConfiguration");
  EXPECT_EQ(json::find_string(made, "/metadata/labels/stash.appscode.com~1invoker-name"), "web");
  EXPECT_EQ(json::find_string(made, "/metadata/labels/stash.appscode.com~1target-kind"), "Deployment");
  EXPECT_EQ(json::find_string(made, "/metadata/ownerReferences/0/uid"), "c1");
  EXPECT_EQ(*json::find(made, "/metadata/ownerReferences/0/blockOwnerDeletion"), json::Value(false));
  EXPECT_EQ(json::find_string(made, "/spec/invoker/apiGroup"), "stash.appscode.com");
  EXPECT_EQ(*json::find(made, "/spec/retryLeft"), json::Value(2));
  EXPECT_THAT(out.str(), HasSubstr(fmt::format("BackupSession demo/{} is created.", name)));
  EXPECT_EQ(err.str(), "");
}

TEST_F(Verbs, TriggerCreatesASessionOfABatch) {
  answer(batch("all"));
  answer(json::Object{}, 201);
  EXPECT_EQ(run(trigger(ports(), {.configuration = "all", .batch = true})), kOk);
  EXPECT_EQ(transport.requests[0].target, std::string(kGroup) + "/backupbatches/all");
  const json::Value made = body(1);
  EXPECT_EQ(json::find_string(made, "/spec/invoker/kind"), "BackupBatch");
  EXPECT_EQ(json::find_string(made, "/spec/invoker/name"), "all");
  EXPECT_EQ(json::find_string(made, "/metadata/ownerReferences/0/kind"), "BackupBatch");
  EXPECT_EQ(*json::find(made, "/spec/retryLeft"), json::Value(2));
}

TEST_F(Verbs, AnUnknownBatchIsAnsweredWithThoseThereAre) {
  answer_not_found();
  answer_list({batch("all")});
  EXPECT_EQ(run(trigger(ports(), {.configuration = "al", .batch = true})), kFailure);
  EXPECT_EQ(err.str(), "error: BackupBatch demo/al does not exist. The BackupBatches in namespace demo are: all.");
}

TEST_F(Verbs, AnUnknownConfigurationIsAnsweredWithThoseThereAre) {
  answer_not_found();
  // One that Stash wrote, and this program cannot read, is no reason to be silent.
  answer_list({json::Object{{"metadata", json::Object{{"name", "db"}}}}, configuration("web")});
  EXPECT_EQ(run(trigger(ports(), {.configuration = "wbe"})), kFailure);
  EXPECT_EQ(
      err.str(),
      "error: BackupConfiguration demo/wbe does not exist. The BackupConfigurations in namespace demo are: db, web."
  );
}

TEST_F(Verbs, AnEmptyNamespaceIsSaidToBeOne) {
  answer_not_found();
  answer_list({});
  EXPECT_EQ(run(pause(ports(), {"web", true})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("There is no BackupConfiguration in namespace demo; name another one with -n"));
}

TEST_F(Verbs, TriggerRefusesWhatWouldComeToNothing) {
  json::Value restic = configuration("web");
  restic.at("spec").as_object().erase("driver");
  answer(restic);
  EXPECT_EQ(run(trigger(ports(), {.configuration = "web"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("Restic"));
  json::Value invalid = configuration("web");
  invalid.at("status").as_object()["phase"] = "Invalid";
  answer(invalid);
  EXPECT_EQ(run(trigger(ports(), {.configuration = "web"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("is Invalid"));
  EXPECT_EQ(transport.requests.size(), 2U);
}

TEST_F(Verbs, TriggerWarnsOfOneThatIsNotReady) {
  json::Value waiting = configuration("web");
  waiting.at("status").as_object()["phase"] = "NotReady";
  answer(waiting);
  answer(json::Object{}, 201);
  EXPECT_EQ(run(trigger(ports(), {.configuration = "web"})), kOk);
  EXPECT_THAT(err.str(), HasSubstr("is not Ready"));
}

struct Waiting : Verbs {
  /// What `trigger --wait` gives when the session goes through these phases, five seconds each.
  int wait(const std::vector<std::string>& phases, Duration timeout = 1h) {
    SeededRandom same(1);
    const std::string name = "web-" + same.name_suffix();
    answer(configuration("web"));
    answer(json::Object{}, 201);
    std::vector<runtime::Piece> pieces{{0s, line("ADDED", session(name, "")) + end_of_list()}};
    for (const std::string& phase : phases) pieces.push_back({5s, line("MODIFIED", session(name, phase))});
    transport.openings.push_back({.pieces = std::move(pieces)});
    answer_list({session(name, phases.back())});
    answer_list({});
    return run(trigger(ports(), {.configuration = "web", .wait = true, .timeout = timeout}));
  }
};

TEST_F(Waiting, ForSuccess) {
  EXPECT_EQ(wait({"Running", "Running", "Succeeded"}), kOk);
  EXPECT_THAT(transport.requests[2].target, HasSubstr("fieldSelector=metadata.name%3Dweb-"));
  EXPECT_THAT(err.str(), HasSubstr("is Running.\n"));
  EXPECT_THAT(out.str(), HasSubstr("SESSION"));
  EXPECT_THAT(out.str(), HasSubstr("Succeeded"));
}

TEST_F(Waiting, ForFailureAndSkip) {
  EXPECT_EQ(wait({"Running", "Failed"}), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("is Failed.\n"));
}

TEST_F(Waiting, SkippedIsNoSuccess) { EXPECT_EQ(wait({"Skipped"}), kFailure); }

TEST_F(Waiting, NotLongerThanAsked) {
  EXPECT_EQ(wait({"Running", "Succeeded"}, 7s), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("has not ended within 7s. It goes on; kubectl stash get web-"));
}

TEST_F(Verbs, WaitingEndsWhenTheSessionIsDeleted) {
  answer(configuration("web"));
  answer(json::Object{}, 201);
  transport.openings.push_back({.pieces = {{0s, end_of_list()}}});
  EXPECT_EQ(run(trigger(ports(), {.configuration = "web", .wait = true})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("was deleted"));
}

TEST_F(Verbs, PauseAndResume) {
  answer(configuration("web"));
  answer(json::Object{});
  EXPECT_EQ(run(pause(ports(), {"web", true})), kOk);
  EXPECT_EQ(transport.requests[1].method, "PATCH");
  EXPECT_EQ(transport.requests[1].target, std::string(kGroup) + "/backupconfigurations/web");
  EXPECT_EQ(transport.requests[1].body, R"({"spec":{"paused":true}})");
  answer(configuration("web", true));
  answer(json::Object{});
  EXPECT_EQ(run(pause(ports(), {"web", false})), kOk);
  EXPECT_EQ(transport.requests[3].body, R"({"spec":{"paused":false}})");
  EXPECT_THAT(out.str(), HasSubstr("is resumed.\n"));
}

TEST_F(Verbs, PauseOfABatch) {
  answer(batch("all"));
  answer(json::Object{});
  EXPECT_EQ(run(pause(ports(), {"all", true, true})), kOk);
  EXPECT_EQ(transport.requests[1].target, std::string(kGroup) + "/backupbatches/all");
  EXPECT_THAT(out.str(), HasSubstr("BackupBatch demo/all is paused."));
}

TEST_F(Verbs, PausingThePausedWritesNothing) {
  answer(configuration("web", true));
  EXPECT_EQ(run(pause(ports(), {"web", true})), kOk);
  EXPECT_EQ(out.str(), "BackupConfiguration demo/web is paused already.\n");
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(Verbs, GetShowsTheSessionsOfAConfiguration) {
  answer_list({session("web-1", "Succeeded"), session("web-2", "Running")});
  answer_list({snapshot("data-1", "web-1"), snapshot("other-1", "db-1")});
  EXPECT_EQ(run(get(ports(), {.name = "web"})), kOk);
  EXPECT_THAT(out.str(), HasSubstr("web-1     Succeeded"));
  EXPECT_THAT(out.str(), HasSubstr("data-1"));
  EXPECT_THAT(out.str(), HasSubstr("web-2"));
  EXPECT_EQ(transport.requests[0].target.find(std::string(kGroup) + "/backupsessions?"), 0U);
  EXPECT_THAT(transport.requests[1].target, HasSubstr("labelSelector=snapstash.dev%2Fsession-uid"));
}

TEST_F(Verbs, GetOfOneSessionAsksForItsSnapshotsAndTellsWhatFailed) {
  json::Object failed = session("web-1", "Failed");
  failed["status"].as_object()["targets"] = json::Array{json::Object{
      {"ref", json::Object{}},
      {"totalHosts", 1},
      {"stats", json::Array{json::Object{{"hostname", "data"}, {"phase", "Failed"}, {"error", "no space"}}}}
  }};
  answer_list({failed, session("web-2", "Running")});
  answer_list({});
  EXPECT_EQ(run(get(ports(), {.name = "web-1"})), kOk);
  EXPECT_THAT(transport.requests[1].target, HasSubstr("session-uid%3Duid-of-web-1"));
  EXPECT_EQ(err.str(), "PVC data: no space\n");
}

TEST_F(Verbs, OneUnreadableSessionDoesNotHideTheOthers) {
  json::Object odd = session("web-0", "Succeeded");
  odd["spec"] = 5;
  answer_list({odd, session("web-1", "Succeeded")});
  answer_list({});
  EXPECT_EQ(run(get(ports(), {})), kOk);
  EXPECT_THAT(out.str(), HasSubstr("web-1"));
  EXPECT_THAT(err.str(), HasSubstr("warning: BackupSession demo/web-0 cannot be read: .spec"));
}

TEST_F(Verbs, GetPrintsDocuments) {
  json::Object managed = session("web-1", "Succeeded");
  managed["metadata"].as_object()["managedFields"] = json::Array{};
  answer_list({managed});
  answer_list({snapshot("data-1", "web-1")});
  EXPECT_EQ(run(get(ports(), {.name = "", .all_namespaces = true, .output = Output::kJson})), kOk);
  const json::Value document = *json::parse(out.str());
  EXPECT_EQ(json::find_string(document, "/kind"), "List");
  EXPECT_EQ(json::find_string(document, "/items/0/kind"), "BackupSession");
  EXPECT_EQ(json::find(document, "/items/0/metadata/managedFields"), nullptr);
  EXPECT_EQ(json::find_string(document, "/items/1/kind"), "VolumeSnapshot");
  EXPECT_EQ(transport.requests[0].target.find("/apis/stash.appscode.com/v1beta1/backupsessions?"), 0U);
}

TEST_F(Verbs, GetOfNothingSaysWhy) {
  answer_list({});
  EXPECT_EQ(run(get(ports(), {})), kOk);
  EXPECT_THAT(err.str(), HasSubstr("There are no BackupSessions in namespace demo."));
  answer_list({});
  answer_list({configuration("web")});
  EXPECT_EQ(run(get(ports(), {.name = "web"})), kOk);
  EXPECT_THAT(err.str(), HasSubstr("BackupConfiguration demo/web has no sessions yet."));
  answer_list({});
  answer_list({configuration("web")});
  EXPECT_EQ(run(get(ports(), {.name = "wbe"})), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("There is no BackupConfiguration or BackupSession wbe in namespace demo. The"));
}

TEST_F(Verbs, GetFollowsPages) {
  answer(json::Object{
      {"metadata", json::Object{{"continue", "next"}}}, {"items", json::Array{session("web-1", "Succeeded")}}
  });
  answer_list({session("web-2", "Succeeded")});
  answer_list({});
  EXPECT_EQ(run(get(ports(), {})), kOk);
  EXPECT_THAT(transport.requests[1].target, HasSubstr("continue=next"));
  EXPECT_THAT(out.str(), HasSubstr("web-2"));
}

TEST_F(Verbs, OperatorsAreFoundByTheChartsLabels) {
  answer_list({json::Object{
      {"metadata", json::Object{{"name", "snapstash"}, {"namespace", "backup"}}},
      {"spec",
       json::Object{
           {"replicas", 2},
           {"template",
            json::Object{
                {"spec", json::Object{{"containers", json::Array{json::Object{{"image", "registry/snapstash:1"}}}}}}
            }}
       }},
      {"status", json::Object{{"readyReplicas", 1}}}
  }});
  const auto found = executor.run_task(find_operators(ports()));
  ASSERT_TRUE(found);
  EXPECT_EQ(
      json::serialize(*found),
      R"([{"namespace":"backup","name":"snapstash","image":"registry/snapstash:1","ready":"1/2"}])"
  );
}

}  // namespace
}  // namespace snapstash::cli
