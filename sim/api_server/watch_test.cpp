#include <gmock/gmock.h>

#include "sim/api_server/api_server_fixture.hpp"

namespace snapstash::sim {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

struct WatchTest : ApiServerTest {
  std::string since(std::int64_t revision, const std::string& more = "") {
    return std::string(kMaps) + "?watch=true&resourceVersion=" + std::to_string(revision) + more;
  }
};

TEST_F(WatchTest, ShowsWhatHappensAfterAVersion) {
  config_map("a");
  auto opened = watch(since(storage.revision()));
  ASSERT_EQ(opened.status, 200);
  int told = 0;
  opened.watch->on_more([&] { ++told; });
  config_map("b");
  EXPECT_EQ(told, 1);
  merge("/api/v1/namespaces/demo/configmaps/a", R"({"data":{"k":"v"}})");
  merge("/api/v1/namespaces/demo/configmaps/a", R"({"data":{"k":"v"}})");  // changes nothing
  remove("/api/v1/namespaces/demo/configmaps/b");
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED b", "MODIFIED a", "DELETED b"));
  EXPECT_FALSE(opened.watch->ended());
}

TEST_F(WatchTest, ADeletionHasTheVersionAtWhichItHappened) {
  config_map("a");
  auto opened = watch(since(storage.revision()));
  remove("/api/v1/namespaces/demo/configmaps/a");
  const json::Value event = json::parse(opened.watch->next().value()).value();
  EXPECT_EQ(json::find_string(event, "/object/metadata/resourceVersion"), std::to_string(storage.revision()));
}

TEST_F(WatchTest, AnObjectEntersAndLeavesASelection) {
  config_map("a", R"({"team":"x"})");
  auto opened = watch(since(storage.revision(), "&labelSelector=team%3Dx"));
  config_map("b", R"({"team":"y"})");
  merge("/api/v1/namespaces/demo/configmaps/b", R"({"metadata":{"labels":{"team":"x"}}})");
  merge("/api/v1/namespaces/demo/configmaps/a", R"({"metadata":{"labels":{"team":"y"}}})");
  remove("/api/v1/namespaces/demo/configmaps/a");
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED b", "DELETED a"));
}

TEST_F(WatchTest, AWatchListEndsItsInitialEventsWithABookmark) {
  config_map("a");
  config_map("b");
  auto opened = watch(
      std::string(kMaps) +
      "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
  );
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED a", "ADDED b", "BOOKMARK end"));
  executor.advance(61s);
  EXPECT_THAT(events(*opened.watch), ElementsAre("BOOKMARK"));
}

TEST_F(WatchTest, AWatchListWaitsForAServerThatLagsAndGivesUpAfterThreeSeconds) {
  const std::string target =
      std::string(kMaps) +
      "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
  server.cache().freeze();
  config_map("a");
  auto patient = watch(target);
  EXPECT_THAT(events(*patient.watch), ElementsAre());
  server.cache().thaw();
  EXPECT_THAT(events(*patient.watch), ElementsAre("ADDED a", "BOOKMARK end"));
  server.cache().freeze();
  config_map("b");
  auto refused = watch(target);
  executor.advance(3s);
  EXPECT_THAT(events(*refused.watch), ElementsAre("ERROR 504"));
  EXPECT_TRUE(refused.watch->ended());
}

TEST_F(WatchTest, AFrozenServerShowsNothingNew) {
  auto opened = watch(since(storage.revision()));
  server.cache().freeze();
  config_map("a");
  config_map("b");
  EXPECT_THAT(events(*opened.watch), ElementsAre());
  server.cache().advance(1);
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED a"));
  server.cache().thaw();
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED b"));
}

TEST_F(WatchTest, AForgottenVersionIsTooOld) {
  const auto then = storage.revision();
  config_map("a");
  server.cache().forget(storage.revision());
  auto opened = watch(since(then));
  ASSERT_EQ(opened.status, 200);
  const json::Value event = json::parse(opened.watch->next().value()).value();
  EXPECT_EQ(json::find_string(event, "/type"), "ERROR");
  EXPECT_EQ(json::find_string(event, "/object/reason"), "Expired");
  EXPECT_EQ(
      json::find_string(event, "/object/message"),
      "too old resource version: " + std::to_string(then) + " (" + std::to_string(storage.revision()) + ")"
  );
  EXPECT_TRUE(opened.watch->ended());
}

TEST_F(WatchTest, EndsWhenItsTimeIsOver) {
  auto opened = watch(since(storage.revision(), "&timeoutSeconds=10&allowWatchBookmarks=true"));
  config_map("a");
  executor.advance(9s);
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED a", "BOOKMARK"));
  EXPECT_FALSE(opened.watch->ended());
  executor.advance(1s);
  EXPECT_TRUE(opened.watch->ended());
}

TEST_F(WatchTest, ARestartEndsAllWatchesAndForgets) {
  const auto then = storage.revision();
  auto opened = watch(since(then));
  config_map("a");
  server.cache().restart();
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED a"));
  EXPECT_TRUE(opened.watch->ended());
  auto late = watch(since(then));
  EXPECT_THAT(events(*late.watch), ElementsAre("ERROR 410"));
}

TEST_F(WatchTest, MayOutliveItsServer) {
  ApiServer::Opened opened;
  {
    ApiServer other(storage, executor, executor.clock(), random);
    opened = other.open({.target = since(storage.revision())}, administrator());
  }
  config_map("a");
  EXPECT_TRUE(opened.watch->ended());
  EXPECT_EQ(opened.watch->next(), std::nullopt);
}

TEST_F(WatchTest, OfOneObject) {
  auto opened = watch("/api/v1/namespaces/demo/configmaps/b?watch=true");
  config_map("a");
  config_map("b");
  EXPECT_THAT(events(*opened.watch), ElementsAre("ADDED b"));
}

TEST_F(WatchTest, OfNobodyIsRefused) {
  const auto opened = watch(since(storage.revision()), Identity{"eve", {"system:authenticated"}});
  EXPECT_EQ(opened.status, 403);
  EXPECT_EQ(opened.watch, nullptr);
  EXPECT_NE(opened.body.find("cannot watch resource"), std::string::npos) << opened.body;
}

}  // namespace
}  // namespace snapstash::sim
