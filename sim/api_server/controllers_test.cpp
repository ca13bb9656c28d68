#include <string>

#include "sim/api_server/api_server_fixture.hpp"
#include "sim/api_server/garbage_collector.hpp"
#include "sim/api_server/namespace_controller.hpp"

namespace snapstash::sim {
namespace {

struct ControllersTest : ApiServerTest {
  GarbageCollector collector{server};
  NamespaceController namespaces{server};

  template <class Controller>
  static int run(Controller& controller) {
    int steps = 0;
    while (controller.step()) ++steps;
    return steps;
  }
  std::string uid_of(const std::string& name) {
    return std::string(get(std::string(kMaps) + "/" + name).text("/metadata/uid"));
  }
  bool exists(const std::string& name) { return get(std::string(kMaps) + "/" + name).status == 200; }
  void dependent(const std::string& name, const std::string& owner, const std::string& uid, bool blocks = false) {
    const Reply made = create(
        kMaps, R"({"metadata":{"name":")" + name +
                   R"(","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":")" + owner + R"(","uid":")" +
                   uid + R"(","blockOwnerDeletion":)" + (blocks ? "true" : "false") + "}]}}"
    );
    EXPECT_EQ(made.status, 201) << json::serialize(made.body);
  }
};

TEST_F(ControllersTest, CollectsWhatHasLostItsOwner) {
  config_map("a");
  dependent("b", "a", uid_of("a"));
  dependent("c", "b", uid_of("b"));
  EXPECT_EQ(run(collector), 0);
  remove(std::string(kMaps) + "/a");
  EXPECT_EQ(run(collector), 2);
  EXPECT_FALSE(exists("b"));
  EXPECT_FALSE(exists("c"));
}

TEST_F(ControllersTest, AnotherOwnerOfTheSameNameIsNoOwner) {
  config_map("a");
  dependent("b", "a", "2c5f4c4e-0000-4000-8000-000000000000");
  EXPECT_EQ(run(collector), 1);
  EXPECT_FALSE(exists("b"));
  EXPECT_TRUE(exists("a"));
}

TEST_F(ControllersTest, ForegroundDeletionWaitsForWhatBlocks) {
  config_map("a");
  dependent("b", "a", uid_of("a"), true);
  merge(std::string(kMaps) + "/b", R"({"metadata":{"finalizers":["x.io/f"]}})");
  remove(std::string(kMaps) + "/a", R"({"propagationPolicy":"Foreground"})");
  run(collector);
  EXPECT_TRUE(exists("a"));
  EXPECT_NE(get(std::string(kMaps) + "/b").text("/metadata/deletionTimestamp"), "");
  merge(std::string(kMaps) + "/b", R"({"metadata":{"finalizers":null}})");
  run(collector);
  EXPECT_FALSE(exists("a"));
}

TEST_F(ControllersTest, OrphansStay) {
  config_map("a");
  dependent("b", "a", uid_of("a"));
  remove(std::string(kMaps) + "/a", R"({"propagationPolicy":"Orphan"})");
  EXPECT_EQ(run(collector), 2);
  EXPECT_FALSE(exists("a"));
  EXPECT_TRUE(exists("b"));
  EXPECT_EQ(json::find(get(std::string(kMaps) + "/b").body, "/metadata/ownerReferences"), nullptr);
}

TEST_F(ControllersTest, ANamespaceGoesWithItsContent) {
  config_map("a");
  create(kMaps, R"({"metadata":{"name":"b","finalizers":["x.io/f"]}})");
  remove("/api/v1/namespaces/demo");
  EXPECT_EQ(get("/api/v1/namespaces/demo").text("/status/phase"), "Terminating");
  const Reply refused = config_map("c");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.text("/details/causes/0/reason"), "NamespaceTerminating");
  run(namespaces);
  EXPECT_FALSE(exists("a"));
  EXPECT_EQ(get("/api/v1/namespaces/demo").status, 200);
  merge(std::string(kMaps) + "/b", R"({"metadata":{"finalizers":null}})");
  run(namespaces);
  EXPECT_EQ(get("/api/v1/namespaces/demo").status, 404);
}

}  // namespace
}  // namespace snapstash::sim
