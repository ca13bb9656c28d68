#include "features/restore/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/jobs/report.hpp"
#include "features/restore/test_cluster.hpp"
#include "kernel/wire/no_outbound.hpp"

namespace snapstash::restore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

struct Command : testing::Test, TestCluster {
  Event stop{executor};
  wire::NoOutbound outbound;
  std::string last_words;
  Errand errand{.session = "restore-pvc", .session_uid = "r1", .items = {}, .hooks = {}};

  Command() {
    for (const auto& wanted : session.spec.target->volume_claim_templates) {
      errand.items.push_back(item_of(session, wanted, true));
    }
  }

  Task<int> make() {
    return create_claims(
        {client, executor, executor.clock(), random, log, outbound, "demo",
         [this](const std::string& text) { last_words = text; }, stop},
        errand
    );
  }
  int run() { return executor.run_task(make()); }

  /// A list of both PVCs, as the watch begins, and what comes then.
  void open_watch(std::vector<runtime::Piece> pieces) { transport.openings.push_back({.pieces = std::move(pieces)}); }
  std::string event(const std::string& type, json::Object claim) {
    claim["apiVersion"] = "v1";
    claim["kind"] = "PersistentVolumeClaim";
    claim["metadata"].as_object()["resourceVersion"] = fmt::format("{}", ++version);
    return json::serialize(json::Object{{"type", type}, {"object", std::move(claim)}}) + "\n";
  }
  std::string end_of_list() {
    return fmt::format(
        R"({{"type":"BOOKMARK","object":{{"kind":"PersistentVolumeClaim","apiVersion":"v1","metadata":)"
        R"({{"resourceVersion":"{}","annotations":{{"k8s.io/initial-events-end":"true"}}}}}}}})"
        "\n",
        ++version
    );
  }
};

TEST_F(Command, CreatesAllAndIsDoneWhenTheyAreBound) {
  answer(claim_json("restore-data", "Pending", "r1"), 201);
  answer(claim_json("restore-config", "Pending", "r1"), 201);
  open_watch({
      {0s, event("ADDED", claim_json("restore-data", "Pending", "r1"))},
      {0s, event("ADDED", claim_json("restore-config", "Pending", "r1")) + end_of_list()},
      {5s, event("MODIFIED", claim_json("restore-data", "Bound", "r1"))},
      {5s, event("MODIFIED", claim_json("restore-config", "Bound", "r1"))},
  });
  EXPECT_EQ(run(), jobs::kDone);
  EXPECT_EQ(last_words, "");
  EXPECT_THAT(
      take_requests(),
      ElementsAre(
          "POST /api/v1/namespaces/demo/persistentvolumeclaims", "POST /api/v1/namespaces/demo/persistentvolumeclaims",
          "GET /api/v1/namespaces/demo/persistentvolumeclaims"
      )
  );
  EXPECT_EQ(json::find_string(bodies[0], "/metadata/labels/snapstash.dev~1restore-uid"), "r1");
  EXPECT_EQ(json::find_string(bodies[0], "/spec/dataSource/name"), "source-data-1700000000");
}

TEST_F(Command, DoesNotWaitForWhatAPodMustUseFirst) {
  for (Errand::Item& item : errand.items) item.wait = false;
  answer(claim_json("restore-data", "Pending", "r1"), 201);
  answer(claim_json("restore-config", "Pending", "r1"), 201);
  EXPECT_EQ(run(), jobs::kDone);
  EXPECT_EQ(take_requests().size(), 2U);
}

TEST_F(Command, GoesOnOverWhatAnEarlierRunHasMade) {
  errand.items.pop_back();
  refuse(409, "AlreadyExists", "already exists");
  answer(claim_json("restore-data", "Bound", "r1"));
  EXPECT_EQ(run(), jobs::kDone);
}

TEST_F(Command, NeverTakesOverThePvcOfAnother) {
  errand.items.pop_back();
  refuse(409, "AlreadyExists", "already exists");
  answer(claim_json("restore-data", "Bound", "another"));
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(jobs::decode_report(last_words).errors, UnorderedElementsAre(Pair("restore-data", "PVC already exist.")));
}

TEST_F(Command, OneRefusalDoesNotKeepTheOthers) {
  refuse(403, "Forbidden", "exceeded quota: storage");
  answer(claim_json("restore-config", "Pending", "r1"), 201);
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(
      jobs::decode_report(last_words).errors,
      UnorderedElementsAre(Pair("restore-data", HasSubstr("exceeded quota: storage")))
  );
  EXPECT_EQ(take_requests().size(), 2U);
}

TEST_F(Command, ADroppedSourceIsReported) {
  errand.items.pop_back();
  json::Object empty = claim_json("restore-data", "Pending", "r1");
  empty["spec"].as_object().erase("dataSource");
  answer(empty, 201);
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(last_words, HasSubstr("dropped its dataSource, VolumeSnapshot source-data-1700000000"));
}

TEST_F(Command, ADeletedOrLostPvcEndsTheWait) {
  answer(claim_json("restore-data", "Pending", "r1"), 201);
  answer(claim_json("restore-config", "Pending", "r1"), 201);
  open_watch({{0s, event("ADDED", claim_json("restore-data", "Lost", "r1")) + end_of_list()}});
  EXPECT_EQ(run(), jobs::kFailed);
  EXPECT_THAT(
      jobs::decode_report(last_words).errors,
      UnorderedElementsAre(Pair("restore-data", HasSubstr("Lost")), Pair("restore-config", HasSubstr("deleted")))
  );
}

TEST_F(Command, StopsWithASignalsCode) {
  answer(claim_json("restore-data", "Pending", "r1"), 201);
  answer(claim_json("restore-config", "Pending", "r1"), 201);
  bool ended = false;
  Task<int> task = make();
  task.start([&ended] { ended = true; });
  executor.advance(10s);
  EXPECT_FALSE(ended);
  stop.set();
  executor.run();
  ASSERT_TRUE(ended);
  EXPECT_EQ(task.take(), jobs::kStopped);
  EXPECT_EQ(transport.open_streams, 0);
}

TEST(KeepsSource, LooksAtBothMembers) {
  const auto created = [](std::string_view spec) { return *json::parse(fmt::format(R"({{"spec":{}}})", spec)); };
  EXPECT_TRUE(keeps_source(created("{}"), ""));
  EXPECT_FALSE(keeps_source(created("{}"), "s"));
  EXPECT_TRUE(keeps_source(created(R"({"dataSource":{"kind":"VolumeSnapshot","name":"s"}})"), "s"));
  EXPECT_TRUE(keeps_source(created(R"({"dataSourceRef":{"kind":"VolumeSnapshot","name":"s"}})"), "s"));
  EXPECT_FALSE(keeps_source(created(R"({"dataSource":{"kind":"VolumeSnapshot","name":"t"}})"), "s"));
  EXPECT_FALSE(keeps_source(created(R"({"dataSource":{"kind":"PersistentVolumeClaim","name":"s"}})"), "s"));
}

}  // namespace
}  // namespace snapstash::restore
