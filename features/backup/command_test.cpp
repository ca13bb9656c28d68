#include "features/backup/command.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"
#include "features/jobs/report.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

/// Answers every request with the next status.
class Gate final : public wire::Outbound {
 public:
  std::deque<int> statuses;
  std::vector<std::string> asked;

  Task<Result<int>> ask(wire::Endpoint, wire::Request request) override {
    asked.push_back(request.target);
    const int status = statuses.empty() ? 200 : statuses.front();
    if (!statuses.empty()) statuses.pop_front();
    co_return status;
  }
  Task<Result<void>> knock(std::string, std::uint16_t) override { co_return fail(Code::kUnavailable, "no door"); }
};

api::Handler get(const std::string& path) {
  api::Handler handler;
  handler.http_get = api::HttpGetAction{.host = "gate", .path = path, .scheme = "HTTP", .port = {80}};
  return handler;
}

/// The pod of a session of two PVCs, `data` and `config`.
struct Command : testing::Test, cluster::TestContext {
  Event stop{executor};
  Gate outbound;
  std::string last_words;
  Errand errand{
      .session = "web-1",
      .session_uid = "s1",
      .labels = {{"snapstash.dev/session-uid", "s1"}},
      .annotations = {{"snapstash.dev/session", "web-1"}},
      .items =
          {{.pvc = "data", .name = "data-1", .class_name = "fast"},
           {.pvc = "config", .name = "config-1", .class_name = ""}},
      .create_before = executor.clock().now() + 10min,
      .hooks = {},
      .session_created = executor.clock().now()
  };

  int run() {
    return executor.run_task(create_snapshots(
        {client, executor, executor.clock(), random, log, outbound, "demo",
         [this](const std::string& text) { last_words = text; }, stop},
        errand
    ));
  }

  Task<void> stop_after(Duration time) {
    co_await sleep_for(executor, time);
    stop.set();
  }

  json::Object snapshot(const std::string& pvc, bool ready, const std::string& uid_of_session = "s1") {
    return {
        {"apiVersion", "snapshot.storage.k8s.io/v1"},
        {"kind", "VolumeSnapshot"},
        {"metadata",
         json::Object{
             {"name", pvc + "-1"},
             {"namespace", "demo"},
             {"uid", "uid-of-" + pvc},
             {"resourceVersion", fmt::format("{}", ++version)},
             {"labels", json::Object{{"snapstash.dev/session-uid", uid_of_session}}}
         }},
        {"spec", json::Object{{"source", json::Object{{"persistentVolumeClaimName", pvc}}}}},
        {"status", json::Object{{"readyToUse", ready}, {"boundVolumeSnapshotContentName", "snapcontent-uid-of-" + pvc}}}
    };
  }
  static std::string event(const std::string& type, json::Object object) {
    return json::serialize(json::Object{{"type", type}, {"object", std::move(object)}}) + "\n";
  }
  std::string end_of_list() {
    return fmt::format(
        R"({{"type":"BOOKMARK","object":{{"kind":"VolumeSnapshot","apiVersion":"snapshot.storage.k8s.io/v1",)"
        R"("metadata":{{"resourceVersion":"{}","annotations":{{"k8s.io/initial-events-end":"true"}}}}}}}})"
        "\n",
        ++version
    );
  }
  void open_watch(std::vector<runtime::Piece> pieces) { transport.openings.push_back({.pieces = std::move(pieces)}); }

  /// The bodies of what was created.
  std::vector<json::Value> created() const {
    std::vector<json::Value> all;
    for (const wire::Request& request : transport.requests) {
      if (request.method == "POST") all.push_back(*json::parse(request.body));
    }
    return all;
  }
};

TEST_F(Command, CreatesAllAndIsDoneWhenTheyAreReady) {
  open_watch({
      {0s, end_of_list()},
      {1s, event("ADDED", snapshot("data", false)) + event("ADDED", snapshot("config", false))},
      {5s, event("MODIFIED", snapshot("data", true))},
      {5s, event("MODIFIED", snapshot("config", true))},
  });
  answer(snapshot("data", false), 201);
  answer(snapshot("config", false), 201);
  EXPECT_EQ(run(), jobs::kDone);
  EXPECT_EQ(last_words, "");
  const auto made = created();
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(json::find_string(made[0], "/metadata/name"), "data-1");
  EXPECT_EQ(json::find_string(made[0], "/metadata/labels/snapstash.dev~1session-uid"), "s1");
  EXPECT_EQ(json::find_string(made[0], "/metadata/annotations/snapstash.dev~1session"), "web-1");
  EXPECT_EQ(json::find_string(made[0], "/spec/source/persistentVolumeClaimName"), "data");
  EXPECT_EQ(json::find_string(made[0], "/spec/volumeSnapshotClassName"), "fast");
}

TEST_F(Command, B04AnEmptyClassIsLeftOut) {
  open_watch(
      {{0s, event("ADDED", snapshot("data", true)) + end_of_list()}, {1s, event("ADDED", snapshot("config", true))}}
  );
  answer(snapshot("config", false), 201);
  EXPECT_EQ(run(), jobs::kDone);
  ASSERT_EQ(created().size(), 1U);
  EXPECT_EQ(json::find(created()[0], "/spec/volumeSnapshotClassName"), nullptr);
  EXPECT_EQ(json::find(created()[0], "/metadata/ownerReferences"), nullptr);
}

TEST_F(Command, WhatAnEarlierPodHasMadeIsNotMadeAgain) {
  open_watch({{0s, event("ADDED", snapshot("data", true)) + event("ADDED", snapshot("config", true)) + end_of_list()}});
  EXPECT_EQ(run(), jobs::kDone);
  EXPECT_THAT(created(), IsEmpty());
}

TEST_F(Command, ANameThatAnotherSessionHasTakenIsGoneAround) {
  errand.items.pop_back();
  open_watch({{0s, end_of_list()}, {1s, event("ADDED", snapshot("data", true))}});
  refuse(409, "AlreadyExists", "already exists");
  answer(snapshot("data", true, "another"));
  answer(snapshot("data", false), 201);
  EXPECT_EQ(run(), jobs::kDone);
  const auto made = created();
  ASSERT_EQ(made.size(), 2U);
  EXPECT_NE(json::find_string(made[1], "/metadata/name"), "data-1");
  EXPECT_THAT(std::string(json::find_string(made[1], "/metadata/name")), testing::StartsWith("data-1-"));
}

TEST_F(Command, OneRefusalDoesNotKeepTheOthersAndIsReported) {
  open_watch({{0s, end_of_list()}});
  refuse(403, "Forbidden", "exceeded quota: snapshots");
  answer(snapshot("config", false), 201);
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_EQ(created().size(), 2U);
  EXPECT_THAT(
      jobs::decode_report(last_words).errors,
      UnorderedElementsAre(Pair("data", HasSubstr("exceeded quota: snapshots (Forbidden)")))
  );
}

TEST_F(Command, NothingIsMadeAfterTheCutDeadline) {
  errand.create_before = executor.clock().now();
  open_watch({{0s, event("ADDED", snapshot("config", true)) + end_of_list()}});
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(created(), IsEmpty());
  EXPECT_THAT(jobs::decode_report(last_words).errors, UnorderedElementsAre(Pair("data", HasSubstr("(cutDeadline)"))));
}

TEST_F(Command, ADeletedSnapshotIsNotWaitedFor) {
  open_watch(
      {{0s, event("ADDED", snapshot("data", false)) + event("ADDED", snapshot("config", true)) + end_of_list()},
       {5s, event("DELETED", snapshot("data", false))}}
  );
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(
      jobs::decode_report(last_words).errors, UnorderedElementsAre(Pair("data", "its VolumeSnapshot was deleted"))
  );
}

/// Two PVCs whose snapshots are cut at once, and ready after a minute.
struct HeldCommand : Command {
  HeldCommand() {
    errand.hooks = hooks::Errand{.pre = get("/close"), .post = get("/open")};
    open_watch(
        {{0s, end_of_list()},
         {1s, event("ADDED", cut("data", false)) + event("ADDED", cut("config", false))},
         {1min, event("MODIFIED", cut("data", true)) + event("MODIFIED", cut("config", true))}}
    );
    answer(snapshot("data", false), 201);
    answer(snapshot("config", false), 201);
  }
  json::Object cut(const std::string& pvc, bool ready) {
    json::Object made = snapshot(pvc, ready);
    made["status"].as_object()["creationTime"] = format_time(executor.clock().now());
    return made;
  }
};

TEST_F(HeldCommand, TheApplicationIsLetGoBeforeTheUpload) {
  EXPECT_EQ(run(), jobs::kDone);
  EXPECT_THAT(outbound.asked, ElementsAre("/close", "/open"));
  EXPECT_EQ(jobs::decode_report(last_words).hooks.at("post"), "");
}

// Whoever stayed would keep the operator from letting the application go, for as long as the upload takes.
TEST_F(HeldCommand, APodThatCannotLetGoEndsAtOnce) {
  outbound.statuses = {200, 503};
  const MonoTime begun = executor.now();
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_LT(executor.now() - begun, 30s);
  EXPECT_THAT(jobs::decode_report(last_words).hooks.at("post"), HasSubstr("503"));
  EXPECT_THAT(jobs::decode_report(last_words).errors, IsEmpty());
}

TEST_F(Command, SigtermEndsTheWaiting) {
  open_watch(
      {{0s, event("ADDED", snapshot("data", false)) + event("ADDED", snapshot("config", false)) + end_of_list()},
       {1h, ""}}
  );
  TaskGroup tasks(executor);
  tasks.spawn(stop_after(30s));
  EXPECT_EQ(run(), jobs::kStopped);
  EXPECT_EQ(last_words, "");
}

}  // namespace
}  // namespace snapstash::backup
