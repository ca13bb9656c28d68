#include <string>

#include "sim/api_server/api_server_fixture.hpp"

namespace snapstash::sim {
namespace {

struct ReaderTest : ApiServerTest {
  std::string names(const Reply& reply) {
    std::string all;
    const json::Array* items = json::find_array(reply.body, "/items");
    if (items == nullptr) return "none";
    for (const json::Value& item : *items) all += std::string(json::find_string(item, "/metadata/name")) + " ";
    return all;
  }
  static std::string page(const Reply& before) {
    return std::string(kMaps) + "?limit=2&continue=" + std::string(before.text("/metadata/continue"));
  }
};

TEST_F(ReaderTest, PagesShowTheStateOfTheFirst) {
  for (const char* const name : {"a", "b", "c", "d", "e"}) config_map(name);
  const Reply first = get(std::string(kMaps) + "?limit=2");
  EXPECT_EQ(names(first), "a b ");
  EXPECT_EQ(json::serialize(*json::find(first.body, "/metadata/remainingItemCount")), "3");
  remove("/api/v1/namespaces/demo/configmaps/d");
  config_map("cc");
  const Reply second = get(page(first));
  EXPECT_EQ(names(second), "c d ");
  EXPECT_EQ(second.text("/metadata/resourceVersion"), first.text("/metadata/resourceVersion"));
  const Reply third = get(page(second));
  EXPECT_EQ(names(third), "e ");
  EXPECT_EQ(third.text("/metadata/continue"), "");
}

TEST_F(ReaderTest, AnExpiredTokenSaysHowToGoOn) {
  for (const char* const name : {"a", "b", "c"}) config_map(name);
  const Reply first = get(std::string(kMaps) + "?limit=2");
  config_map("d");
  storage.compact(storage.revision());
  const Reply expired = get(page(first));
  EXPECT_EQ(expired.status, 410);
  EXPECT_EQ(expired.text("/reason"), "Expired");
  EXPECT_EQ(names(get(page(expired))), "c d ");
}

TEST_F(ReaderTest, ListsOfBuiltInKindsHaveBareItems) {
  config_map("a");
  const Reply list = get(kMaps);
  EXPECT_EQ(list.text("/kind"), "ConfigMapList");
  EXPECT_EQ(json::find(list.body, "/items/0/kind"), nullptr);
  EXPECT_EQ(list.text("/items/0/metadata/name"), "a");
}

TEST_F(ReaderTest, AVersionThatTheServerHasNotSeenIsTooLarge) {
  const Reply reply = get(std::string(kMaps) + "?resourceVersion=999999&resourceVersionMatch=NotOlderThan");
  EXPECT_EQ(reply.status, 504);
  EXPECT_EQ(reply.text("/details/causes/0/reason"), "ResourceVersionTooLarge");
}

TEST_F(ReaderTest, ALaggingServerShowsThePastToWhoAsksForAnything) {
  config_map("a");
  server.cache().freeze();
  config_map("b");
  EXPECT_EQ(names(get(std::string(kMaps) + "?resourceVersion=0")), "a ");
  EXPECT_EQ(names(get(kMaps)), "a b ");
  EXPECT_EQ(get("/api/v1/namespaces/demo/configmaps/b?resourceVersion=0").status, 404);
  EXPECT_EQ(get("/api/v1/namespaces/demo/configmaps/b").status, 200);
}

TEST_F(ReaderTest, ExactShowsThePast) {
  config_map("a");
  const auto then = std::to_string(storage.revision());
  config_map("b");
  remove("/api/v1/namespaces/demo/configmaps/a");
  EXPECT_EQ(names(get(std::string(kMaps) + "?resourceVersionMatch=Exact&resourceVersion=" + then)), "a ");
  storage.compact(storage.revision());
  EXPECT_EQ(get(std::string(kMaps) + "?resourceVersionMatch=Exact&resourceVersion=" + then).status, 410);
}

TEST_F(ReaderTest, SelectsByLabelsAndFields) {
  config_map("a", R"({"app":"x","tier":"1"})");
  config_map("b", R"({"app":"y"})");
  config_map("c");
  const std::string maps = kMaps;
  EXPECT_EQ(names(get(maps + "?labelSelector=app")), "a b ");
  EXPECT_EQ(names(get(maps + "?labelSelector=!app")), "c ");
  EXPECT_EQ(names(get(maps + "?labelSelector=app%20in%20(x,z),tier%3D1")), "a ");
  EXPECT_EQ(names(get(maps + "?labelSelector=app!%3Dx")), "b c ");
  EXPECT_EQ(names(get(maps + "?labelSelector=app%20notin%20(x,y)")), "c ");
  EXPECT_EQ(names(get(maps + "?fieldSelector=metadata.name%3Db")), "b ");
  EXPECT_EQ(names(get(maps + "?fieldSelector=metadata.name!%3Db")), "a c ");
  const Reply refused = get(maps + "?fieldSelector=spec.x%3Db");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(
      refused.text("/message"), R"("spec.x" is not a known field selector: only "metadata.name", "metadata.namespace")"
  );
}

TEST_F(ReaderTest, PathsThatLeadNowhere) {
  EXPECT_EQ(get("/apis/example.io/v1/widgets").status, 404);
  EXPECT_EQ(get("/api/v1/namespaces/demo/widgets").status, 404);
  EXPECT_EQ(get("/api/v1/namespaces/demo/configmaps/a/status").status, 404);
  EXPECT_EQ(send("POST", "/api/v1/namespaces/demo/configmaps/a", "{}").status, 405);
  EXPECT_EQ(get("/api/v1/namespaces/demo/configmaps/none").text("/message"), R"(configmaps "none" not found)");
}

TEST_F(ReaderTest, EventsHaveTwoApis) {
  const Reply made = create("/apis/events.k8s.io/v1/namespaces/demo/events", R"({
    "apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.000000Z",
    "reportingController":"c","reportingInstance":"i","action":"A","reason":"R","type":"Warning","note":"text",
    "regarding":{"kind":"Job","name":"j","namespace":"demo","uid":"u1"}})");
  ASSERT_EQ(made.status, 201) << json::serialize(made.body);
  EXPECT_EQ(made.text("/note"), "text");
  const Reply core = get("/api/v1/namespaces/demo/events?fieldSelector=involvedObject.uid%3Du1,type%3DWarning");
  EXPECT_EQ(core.text("/items/0/message"), "text");
  EXPECT_EQ(core.text("/items/0/involvedObject/name"), "j");
  const Reply other = get("/api/v1/namespaces/demo/events?fieldSelector=involvedObject.uid%3Du2");
  EXPECT_EQ(names(other), "");
}

}  // namespace
}  // namespace snapstash::sim
