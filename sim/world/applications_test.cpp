#include "sim/actors/applications.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kernel/kube/exec.hpp"
#include "sim/world/demo.hpp"
#include "sim/world/world.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

using Outcome = Result<kube::ExecResult>;

/// Somebody with production code and a network of their own, who runs commands in the pods of namespace demo.
class Asker {
 public:
  explicit Asker(World& world, Identity who = administrator()) : world_(world), who_(std::move(who)) { connect(); }

  Task<Outcome> begin(const std::string& pod, const std::vector<std::string>& command) {
    Task<Outcome> task = kube::exec(*client_, {.namespace_ = "demo", .pod = pod, .command = command});
    task.start([] {});
    return task;
  }
  Outcome run(const std::string& pod, const std::vector<std::string>& command) {
    Task<Outcome> task = begin(pod, command);
    const MonoTime end = world_.executor().now() + 10min;
    while (!task.done() && world_.step(end)) {
    }
    if (!task.done()) return fail(Code::kCancelled, "never");
    return task.take();
  }
  /// Dies as by kill -9, and is there again.
  void die() {
    network_->cut(true);
    connect();
  }

 private:
  void connect() {
    client_.reset();
    network_ = std::make_unique<NodeNetwork>(
        Wiring{.executor = world_.executor(), .random = world_.random(), .faults = faults_, .story = world_.story()},
        NodeNetwork::Node{"asker", who_, loop_, counters_, {}}, world_.api_server()
    );
    client_ = std::make_unique<kube::Client>(
        *network_, *credentials_, loop_, world_.random(),
        kube::Client::Options{.user_agent = "test", .field_manager = "test", .retry = {}, .observe = {}}
    );
  }

  World& world_;
  Identity who_;
  Faults faults_;
  NodeCounters counters_;
  NodeExecutor loop_{world_.executor()};
  std::unique_ptr<kube::Credentials> credentials_ = kube::make_fixed_credentials({});
  std::unique_ptr<NodeNetwork> network_;
  std::unique_ptr<kube::Client> client_;
};

class ApplicationsTest : public testing::Test {
 protected:
  static std::unique_ptr<World> make_world(std::uint64_t seed = 1, WorldOptions options = {}) {
    auto world = std::make_unique<World>(seed, std::move(options));
    create_demo(*world);
    for (const char* name : {"web-1", "web-2"}) create_application_pod(*world, "demo", name, "web", {"data"});
    EXPECT_TRUE(world->run_until([&] { return runs(*world, "web-1") && runs(*world, "web-2"); }, 1min));
    return world;
  }
  static bool runs(World& world, const std::string& pod) {
    const ObjectPtr found = world.cluster().find(kinds::kPod, "demo", pod);
    return found && json::find_string(found->value(), "/status/phase") == "Running";
  }
  static std::string node_of(World& world, const std::string& pod) {
    return std::string(json::find_string(world.cluster().find(kinds::kPod, "demo", pod)->value(), "/spec/nodeName"));
  }
};

TEST_F(ApplicationsTest, APodOfAnApplicationRunsUntilItIsToldToStop) {
  const auto world = make_world();
  world->run_for(24h);
  const ObjectPtr pod = world->cluster().find(kinds::kPod, "demo", "web-1");
  ASSERT_TRUE(runs(*world, "web-1"));
  EXPECT_EQ(json::find_string(pod->value(), "/metadata/labels/app"), "web");
  EXPECT_FALSE(json::find_string(pod->value(), "/status/podIP").empty());
  EXPECT_TRUE(controller_uid(*pod).empty());
  EXPECT_EQ(node_name_of(*pod), "main");
  world->user().remove(kinds::kPod, {"demo", "web-1"});
  EXPECT_TRUE(world->run_until([&] { return !world->cluster().find(kinds::kPod, "demo", "web-1"); }, 10s));
}

TEST_F(ApplicationsTest, CommandsEndAsTheySay) {
  const auto world = make_world();
  Asker asker(*world);
  const Outcome failed = asker.run("web-1", {"fail", "no such table"});
  ASSERT_TRUE(failed) << failed.error().message;
  EXPECT_EQ(*failed, (kube::ExecResult{.exit_code = 1, .out = "", .err = "no such table", .truncated = false}));
  EXPECT_EQ(asker.run("web-1", {"psql"})->exit_code, 127);
  const MonoTime begun = world->executor().now();
  EXPECT_EQ(asker.run("web-1", {"sleep", "90"})->exit_code, 0);
  EXPECT_GE(world->executor().now() - begun, 90s);
  EXPECT_EQ(asker.run("web-1", {"hang"}).error().message, "never");
}

TEST_F(ApplicationsTest, AClaimIsHeldWhileEveryPodThatMountsItIsFrozen) {
  const auto world = make_world();
  const Applications& applications = world->applications();
  Asker asker(*world);
  EXPECT_TRUE(asker.run("web-1", {"freeze"}));
  EXPECT_TRUE(applications.is_frozen("demo", "web-1"));
  EXPECT_FALSE(applications.is_frozen("demo", "web-2"));
  EXPECT_EQ(applications.frozen_pod(), "demo/web-1");
  EXPECT_FALSE(applications.is_held("demo", "data"));
  EXPECT_TRUE(asker.run("web-2", {"freeze"}));
  EXPECT_TRUE(applications.is_held("demo", "data"));
  EXPECT_FALSE(applications.is_held("demo", "config"));  // nobody mounts it
  EXPECT_TRUE(asker.run("web-1", {"thaw"}));
  EXPECT_TRUE(asker.run("web-1", {"thaw"}));
  EXPECT_FALSE(applications.is_held("demo", "data"));
  // A pod that ends no longer counts, nor is it frozen.
  world->kubelet().kill("demo", "web-2");
  EXPECT_TRUE(world->run_until([&] { return !runs(*world, "web-2"); }, 10s));
  EXPECT_EQ(applications.frozen_pod(), "");
  EXPECT_FALSE(applications.is_held("demo", "data"));
}

TEST_F(ApplicationsTest, APodOfTheSameNameIsAnotherOne) {
  const auto world = make_world();
  Asker asker(*world);
  EXPECT_TRUE(asker.run("web-1", {"freeze"}));
  world->user().remove(kinds::kPod, {"demo", "web-1"});
  ASSERT_TRUE(world->run_until([&] { return !world->cluster().find(kinds::kPod, "demo", "web-1"); }, 1min));
  EXPECT_EQ(asker.run("web-1", {"thaw"}).error().code, Code::kNotFound);
  create_application_pod(*world, "demo", "web-1", "web", {"data"});
  ASSERT_TRUE(world->run_until([&] { return runs(*world, "web-1"); }, 1min));
  EXPECT_FALSE(world->applications().is_frozen("demo", "web-1"));
}

TEST_F(ApplicationsTest, WhatWasAskedForHappensWhateverBecomesOfTheAsker) {
  const auto world = make_world();
  const Applications& applications = world->applications();
  Asker asker(*world);
  const Task<Outcome> sent = asker.begin("web-1", {"freeze"});
  world->run_for(100us);  // it is on its way
  asker.die();
  world->run_for(1s);
  EXPECT_TRUE(applications.is_frozen("demo", "web-1"));
  const Task<Outcome> running = asker.begin("web-2", {"freeze", "20"});
  world->run_for(10s);
  asker.die();
  EXPECT_FALSE(applications.is_frozen("demo", "web-2"));
  world->run_for(11s);
  EXPECT_TRUE(applications.is_frozen("demo", "web-2"));
  EXPECT_FALSE(sent.done());
  EXPECT_FALSE(running.done());
}

TEST_F(ApplicationsTest, ALostNodeDoesNotAnswer) {
  const auto world = make_world();
  Asker asker(*world);
  world->kubelet().lose_node(node_of(*world, "web-1"));
  const MonoTime begun = world->executor().now();
  EXPECT_EQ(asker.run("web-1", {"freeze"}).error().code, Code::kInternal);
  EXPECT_GE(world->executor().now() - begun, 30s);
  EXPECT_FALSE(world->applications().is_frozen("demo", "web-1"));
  EXPECT_EQ(world->applications().count("freeze"), 0);
  world->kubelet().return_node(node_of(*world, "web-1"));
  EXPECT_TRUE(asker.run("web-1", {"freeze"}));
  EXPECT_TRUE(world->applications().is_frozen("demo", "web-1"));
}

TEST_F(ApplicationsTest, AScenarioSaysWhatACommandDoes) {
  WorldOptions options;
  options.apps = [](const StoredObject& pod, const std::vector<std::string>& command) -> std::optional<ExecOutcome> {
    if (pod.name() != "web-1" || command.front() != "freeze") return std::nullopt;
    return ExecOutcome{.exit_code = 5, .err = "locked"};
  };
  const auto world = make_world(1, std::move(options));
  Asker asker(*world);
  EXPECT_EQ(asker.run("web-1", {"freeze"})->exit_code, 5);
  EXPECT_EQ(asker.run("web-2", {"freeze"})->exit_code, 0);
  EXPECT_EQ(world->applications().frozen_pod(), "demo/web-2");
  const auto& history = world->applications().history();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].pod, "web-1");
  EXPECT_EQ(history[0].container, "main");
  EXPECT_EQ(history[0].command, (std::vector<std::string>{"freeze"}));
  EXPECT_LT(history[0].when, history[1].when);
}

TEST_F(ApplicationsTest, RolesDecideWhoMayRunCommands) {
  const auto world = make_world();
  const Identity nobody = service_account("demo", "default");
  EXPECT_EQ(Asker(*world, nobody).run("web-1", {"freeze"}).error().code, Code::kForbidden);
  world->user().must_create(json::parse(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",
      "metadata":{"namespace":"demo","name":"hooks"},
      "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"snapstash-hook-runner"},
      "subjects":[{"kind":"ServiceAccount","name":"default","namespace":"demo"}]})")
                                .value());
  EXPECT_TRUE(Asker(*world, nobody).run("web-1", {"freeze"}));
}

TEST_F(ApplicationsTest, TheSameSeedIsTheSameStory) {
  std::vector<std::vector<std::string>> stories;
  std::vector<std::uint64_t> traces;
  for (const std::uint64_t seed : {3U, 3U, 4U}) {
    const auto world = make_world(seed, {.story = true});
    Asker asker(*world);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"freeze", "3"}, {"fail", "why"}, {"sleep", "2"}, {"thaw"}}) {
      EXPECT_TRUE(asker.run("web-1", command));
    }
    stories.push_back(world->story().lines());
    traces.push_back(world->executor().trace_id());
  }
  EXPECT_EQ(stories[0], stories[1]);
  EXPECT_NE(stories[0], stories[2]);
  EXPECT_EQ(traces[0], traces[1]);
  EXPECT_NE(traces[0], traces[2]);
}

}  // namespace
}  // namespace snapstash::sim
