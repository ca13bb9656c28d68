#include <string>

#include "sim/api_server/api_server_fixture.hpp"
#include "sim/api_server/request_counter.hpp"

namespace snapstash::sim {
namespace {

struct WriterTest : ApiServerTest {
  static constexpr const char* kA = "/api/v1/namespaces/demo/configmaps/a";
  static constexpr const char* kJobs = "/apis/batch/v1/namespaces/demo/jobs";
  static std::string job(const std::string& name) {
    return R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":")" + name +
           R"("},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}})";
  }
  std::int64_t number(const Reply& reply, std::string_view pointer) {
    const json::Value* found = json::find(reply.body, pointer);
    return found == nullptr ? -1 : found->to_number<std::int64_t>();
  }
};

TEST_F(WriterTest, CreatesOnce) {
  const Reply made = config_map("a");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.text("/metadata/resourceVersion"), std::to_string(storage.revision()));
  EXPECT_EQ(made.text("/metadata/creationTimestamp"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(made.text("/metadata/uid").size(), 36U);
  const Reply again = config_map("a");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.text("/reason"), "AlreadyExists");
  EXPECT_EQ(again.text("/message"), R"(configmaps "a" already exists)");
}

TEST_F(WriterTest, RefusesOtherNamespacesThanTheRequests) {
  EXPECT_EQ(create(kMaps, R"({"metadata":{"name":"a","namespace":"other"}})").status, 400);
  EXPECT_EQ(create("/api/v1/namespaces/none/configmaps", R"({"metadata":{"name":"a"}})").status, 404);
}

TEST_F(WriterTest, AStaleVersionIsAConflict) {
  const std::string version(config_map("a").text("/metadata/resourceVersion"));
  merge(kA, R"({"data":{"k":"1"}})");
  const Reply stale = merge(kA, R"({"metadata":{"resourceVersion":")" + version + R"("},"data":{"k":"2"}})");
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(
      stale.text("/message"),
      R"(Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to )"
      "the latest version and try again"
  );
}

TEST_F(WriterTest, AWriteThatChangesNothingIsNone) {
  config_map("a");
  merge(kA, R"({"data":{"k":"1"}})");
  const auto revision = storage.revision();
  executor.advance(std::chrono::seconds(5));
  EXPECT_EQ(merge(kA, R"({"data":{"k":"1"}})").status, 200);
  EXPECT_EQ(
      apply(kA, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1"}})").status, 200
  );
  const auto managed = storage.revision();  // the apply is noted in managedFields
  EXPECT_EQ(managed, revision + 1);
  executor.advance(std::chrono::seconds(5));
  EXPECT_EQ(
      apply(kA, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1"}})").status, 200
  );
  EXPECT_EQ(storage.revision(), managed);
}

TEST_F(WriterTest, AnApplyCreatesUnlessItNamesAUid) {
  const std::string b = "/api/v1/namespaces/demo/configmaps/b";
  const Reply refused =
      apply(b, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","uid":"1"},"data":{"k":"1"}})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(apply(b, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"k":"1"}})").status, 201);
}

TEST_F(WriterTest, TheGenerationCountsSpecs) {
  EXPECT_EQ(number(create(kJobs, job("j")), "/metadata/generation"), 1);
  const std::string target = std::string(kJobs) + "/j";
  EXPECT_EQ(number(merge(target, R"({"metadata":{"labels":{"a":"b"}}})"), "/metadata/generation"), 1);
  EXPECT_EQ(number(merge(target + "/status", R"({"status":{"active":1}})"), "/metadata/generation"), 1);
  EXPECT_EQ(number(merge(target, R"({"spec":{"suspend":true}})"), "/metadata/generation"), 2);
}

TEST_F(WriterTest, StatusAndTheRestHaveTheirOwnEndpoints) {
  create(kJobs, job("j"));
  const std::string target = std::string(kJobs) + "/j";
  const Reply main = merge(target, R"({"status":{"active":7}})");
  EXPECT_EQ(main.status, 200);
  EXPECT_EQ(json::find(main.body, "/status/active"), nullptr);
  const Reply status = merge(target + "/status", R"({"spec":{"suspend":true},"status":{"active":7}})");
  EXPECT_EQ(number(status, "/status/active"), 7);
  EXPECT_EQ(*json::find(status.body, "/spec/suspend"), json::Value(false));
}

TEST_F(WriterTest, DeletesCarryPreconditions) {
  const std::string uid(config_map("a").text("/metadata/uid"));
  const Reply refused = remove(kA, R"({"preconditions":{"uid":"1"}})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("/reason"), "Conflict");
  const Reply done = remove(kA, R"({"preconditions":{"uid":")" + uid + R"("}})");
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.text("/status"), "Success");
  EXPECT_EQ(done.text("/details/uid"), uid);
  EXPECT_EQ(remove(kA).status, 404);
}

TEST_F(WriterTest, FinalizersHoldADeletionBack) {
  create(kMaps, R"({"metadata":{"name":"a","finalizers":["x.io/f"]}})");
  const Reply marked = remove(kA);
  EXPECT_EQ(marked.status, 200);
  EXPECT_NE(marked.text("/metadata/deletionTimestamp"), "");
  const auto revision = storage.revision();
  remove(kA);
  EXPECT_EQ(storage.revision(), revision);
  const Reply gone = merge(kA, R"({"metadata":{"finalizers":null}})");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(get(kA).status, 404);
}

TEST_F(WriterTest, JobsOrphanTheirPodsUnlessTold) {
  create(kJobs, job("j"));
  const Reply marked = remove(std::string(kJobs) + "/j");
  EXPECT_EQ(marked.text("/metadata/finalizers/0"), "orphan");
  create(kJobs, job("k"));
  EXPECT_EQ(remove(std::string(kJobs) + "/k", R"({"propagationPolicy":"Background"})").text("/status"), "Success");
}

TEST_F(WriterTest, ARunningPodStopsBeforeItGoes) {
  const std::string pods = "/api/v1/namespaces/demo/pods";
  create(pods, R"({"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}})");
  const Reply marked = remove(pods + "/p");
  EXPECT_EQ(marked.status, 200);
  EXPECT_EQ(number(marked, "/metadata/deletionGracePeriodSeconds"), 30);
  EXPECT_EQ(get(pods + "/p").status, 200);
  remove(pods + "/p", R"({"gracePeriodSeconds":0})");
  EXPECT_EQ(get(pods + "/p").status, 404);
}

TEST_F(WriterTest, QuotasCount) {
  create(
      "/api/v1/namespaces/demo/resourcequotas", R"({"metadata":{"name":"q"},"spec":{"hard":{"count/jobs.batch":"1"}}})"
  );
  EXPECT_EQ(create(kJobs, job("j")).status, 201);
  const Reply refused = create(kJobs, job("k"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(
      refused.text("/message"),
      R"(jobs.batch "k" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: count/jobs.batch=1, )"
      "limited: count/jobs.batch=1"
  );
}

TEST_F(WriterTest, AGeneratedNameIsServedAndSeen) {
  std::size_t seen = 0;
  server.on_request([&](const ApiServer::Exchange& one) {
    seen += one.asked.verb == "create" && one.request.body.find("generateName") != std::string::npos;
  });
  const Reply made = create(kMaps, R"({"metadata":{"generateName":"x-"}})");
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.text("/metadata/name").starts_with("x-"));
  EXPECT_EQ(seen, 1U);
}

TEST_F(WriterTest, RequestsAreCounted) {
  RequestCounter counter;
  counter.attach(server);
  config_map("a");
  get(kA);
  get(kA);
  merge("/apis/batch/v1/namespaces/demo/jobs/j/status", "{}");
  const RequestCounter::Counts wanted{{"create configmaps", 1}, {"get configmaps", 2}, {"patch jobs.batch/status", 1}};
  EXPECT_EQ(counter.of("kubernetes-admin"), wanted);
  EXPECT_EQ(counter.of("eve"), RequestCounter::Counts());
}

TEST_F(WriterTest, AGateRefusesBeforeAnythingHappens) {
  server.set_gate([](const ApiRequest& asked, const Identity&) -> std::optional<Failure> {
    if (asked.verb != "create") return std::nullopt;
    return failures::too_many_requests(3).error();
  });
  EXPECT_EQ(config_map("a").status, 429);
  EXPECT_EQ(get(kA).status, 404);
}

TEST_F(WriterTest, NobodyMayDoAnything) {
  const Reply refused = send("GET", kMaps, "", "", Identity{"eve", {"system:authenticated"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(
      refused.text("/message"),
      R"(configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "demo")"
  );
}

}  // namespace
}  // namespace snapstash::sim
