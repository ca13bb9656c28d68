#include "features/blueprint/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/blueprint/test_target.hpp"
#include "features/cluster/test_context.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::blueprint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kTarget = "/apis/apps/v1/namespaces/demo/deployments/web";
constexpr std::string_view kMade =
    "/apis/stash.appscode.com/v1beta1/namespaces/demo/backupconfigurations/deployment-web";

struct AutoBackup : testing::Test, cluster::TestContext {
  Event stop{executor};
  Controller controller{context(), {executor, log, registry}};
  TaskGroup tasks{executor};

  json::Value target(const std::string& blueprints) const {
    kube::ObjectMeta metadata = sample_target();
    if (!blueprints.empty()) metadata.annotations[naming::kBackupBlueprint] = blueprints;
    return json::Object{
        {"apiVersion", "apps/v1"},
        {"kind", "Deployment"},
        {"metadata", json::encode(metadata)},
        {"spec", json::Object{}}
    };
  }
  json::Value made() const {
    const kube::ObjectMeta metadata = sample_target();
    auto configuration = configuration_of(deployment(metadata), api::sample_blueprint(), "deployment-web");
    configuration.metadata.uid = "made-uid";
    return json::encode(configuration);
  }
  void start() {
    for (runtime::StoreBase* store : std::initializer_list<runtime::StoreBase*>{
             &stores.deployments, &stores.stateful_sets, &stores.daemon_sets, &stores.claims, &stores.configurations,
             &stores.blueprints
         }) {
      store->begin_initial();
      store->commit("1");
    }
    tasks.spawn(controller.run(stop));
    executor.run();
  }
  void settle() { executor.advance(std::chrono::seconds(1)); }
  void put_blueprint() { put(stores.blueprints, json::encode(api::sample_blueprint())); }
  void answer_not_found() { refuse(404, "NotFound", "not found"); }
  /// "PATCH <target without its query>" of each request.
  std::vector<std::string> asked() const {
    std::vector<std::string> all;
    for (const wire::Request& each : transport.requests) {
      all.push_back(each.method + " " + each.target.substr(0, each.target.find('?')));
    }
    return all;
  }
};

std::string get(std::string_view target) { return "GET " + std::string(target); }

TEST_F(AutoBackup, MakesAConfigurationOnceItHasLooked) {
  start();
  put_blueprint();
  answer(target("daily"));
  answer_not_found();
  json::Value written = made();
  written.at("metadata").as_object()["resourceVersion"] = "200";
  answer(written);
  put(stores.deployments, target("daily"));
  settle();
  EXPECT_THAT(asked(), ElementsAre(get(kTarget), get(kMade), "PATCH " + std::string(kMade)));
  EXPECT_THAT(transport.requests.back().body, HasSubstr(R"("uid":"web-uid")"));
  version = 199;
  put(stores.configurations, made());
  put(stores.deployments, target("daily"));
  settle();
  EXPECT_THAT(transport.requests, SizeIs(3));  // an unchanged one costs nothing
}

TEST_F(AutoBackup, MakesNothingForATargetThatHasChanged) {
  start();
  put_blueprint();
  answer(target(""));
  put(stores.deployments, target("daily"));
  settle();
  EXPECT_THAT(asked(), ElementsAre(get(kTarget)));
}

TEST_F(AutoBackup, LeavesAConfigurationThatSomebodyWrote) {
  start();
  put_blueprint();
  auto own = api::sample_configuration();
  own.metadata.name = "deployment-web";
  answer(target("daily"));
  answer(json::encode(own));
  put(stores.deployments, target("daily"));
  settle();
  EXPECT_THAT(asked(), ElementsAre(get(kTarget), get(kMade)));
  EXPECT_EQ(events.pending(), 1U);
}

TEST_F(AutoBackup, RemovesWhatItMadeWhenTheAnnotationIsGone) {
  start();
  answer(target(""));
  answer(json::Object{});
  put(stores.configurations, made());
  put(stores.deployments, target(""));
  settle();
  EXPECT_THAT(asked(), ElementsAre(get(kTarget), "DELETE " + std::string(kMade)));
  EXPECT_THAT(transport.requests.back().body, HasSubstr(R"("uid":"made-uid")"));
  EXPECT_THAT(transport.requests.back().body, HasSubstr(R"("resourceVersion")"));
}

TEST_F(AutoBackup, SaysOnceThatThereIsNoSuchBlueprint) {
  start();
  put(stores.deployments, target("dayly"));
  put(stores.deployments, target("dayly"));
  settle();
  put(stores.deployments, target("dayly"));
  settle();
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_EQ(events.pending(), 1U);
}

TEST_F(AutoBackup, LooksAtNobodyElse) {
  start();
  put_blueprint();
  put(stores.deployments, target(""));
  settle();
  EXPECT_THAT(asked(), IsEmpty());
}

}  // namespace
}  // namespace snapstash::blueprint
