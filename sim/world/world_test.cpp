#include "sim/world/world.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_session.hpp"
#include "sim/world/demo.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

WorldOptions options() {
  WorldOptions made;
  made.story = std::getenv("STORY") != nullptr;
  return made;
}

class WorldTest : public testing::Test {
 protected:
  static std::string phase_of(const ObjectPtr& object) {
    return object ? std::string(json::find_string(object->value(), "/status/phase")) : "none";
  }

  /// Returns the sessions of namespace demo that are finished.
  static std::vector<ObjectPtr> finished(World& world) {
    auto all = world.cluster().list(api::BackupSession::kResource, "demo");
    std::erase_if(all, [](const ObjectPtr& session) {
      const std::string phase = phase_of(session);
      return phase != "Succeeded" && phase != "Failed" && phase != "Skipped";
    });
    return all;
  }

  static std::size_t ready_snapshots(World& world) {
    const auto all = world.cluster().list(kinds::kSnapshot, "demo");
    return static_cast<std::size_t>(std::ranges::count_if(all, [](const ObjectPtr& each) {
      return is_true(each->value(), "/status/readyToUse");
    }));
  }

  static void expect_backed_up(World& world) {
    create_demo(world);
    world.user().must_create(backup_configuration("demo", "daily", {"Deployment", "web"}, "* * * * *"));
    world.start_operators();
    EXPECT_TRUE(world.run_until([&] { return !finished(world).empty(); }, 3min));
    EXPECT_EQ(world.stuck().value_or(""), "");
    for (const ObjectPtr& session : finished(world)) EXPECT_EQ(phase_of(session), "Succeeded");
    EXPECT_EQ(ready_snapshots(world), 2U);
    tell(world);
  }

  static void tell(World& world) {
    for (const std::string& line : world.story().lines()) std::puts(line.c_str());
  }
};

TEST_F(WorldTest, TheOperatorBacksADeploymentUp) {
  World world(1, options());
  expect_backed_up(world);
}

TEST_F(WorldTest, TheSameSeedIsTheSameRun) {
  std::vector<std::uint64_t> traces;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    World world(seed, options());
    expect_backed_up(world);
    traces.push_back(world.executor().trace_id());
  }
  EXPECT_EQ(traces[0], traces[1]);
  EXPECT_NE(traces[0], traces[2]);
}

TEST_F(WorldTest, ARestoreBindsItsClaims) {
  World world(2, options());
  expect_backed_up(world);
  world.user().remove(api::BackupConfiguration::kResource, {"demo", "daily"});
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot, "demo")) {
    if (wanted.size() < 2) wanted.emplace_back("back-" + std::to_string(wanted.size()), each->name());
  }
  world.user().must_create(restore_session("demo", "back", wanted));
  const auto done = [&] {
    const std::string phase = phase_of(world.cluster().find(api::RestoreSession::kResource, "demo", "back"));
    return phase == "Succeeded" || phase == "Failed";
  };
  EXPECT_TRUE(world.run_until(done, 2min));
  EXPECT_EQ(phase_of(world.cluster().find(api::RestoreSession::kResource, "demo", "back")), "Succeeded");
  for (const auto& [claim, snapshot] : wanted) {
    EXPECT_EQ(phase_of(world.cluster().find(kinds::kClaim, "demo", claim)), "Bound");
  }
}

TEST_F(WorldTest, TheOperatorMayDieAtAnyStep) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed, options());
    create_demo(world);
    world.user().must_create(backup_configuration("demo", "daily", {"Deployment", "web"}, "* * * * *"));
    world.start_operators();
    std::uint64_t next = 40 + world.random().next() % 400;
    int kills = 0;
    world.after_step = [&] {
      if (world.executor().steps() >= next && kills < 5) {
        ++kills;
        next += 100 + world.random().next() % 1500;
        world.replica().kill();
      }
      return true;
    };
    EXPECT_TRUE(world.run_until([&] { return !finished(world).empty(); }, 4min));
    for (const ObjectPtr& session : finished(world)) EXPECT_EQ(phase_of(session), "Succeeded");
    EXPECT_GE(kills, 1);
    if (HasFailure()) tell(world);
  }
}

TEST_F(WorldTest, TwoReplicasElectALeaderAndTheOtherTakesOver) {
  WorldOptions two = options();
  two.replicas = 2;
  World world(4, two);
  create_demo(world);
  world.user().must_create(backup_configuration("demo", "daily", {"Deployment", "web"}, "* * * * *"));
  world.start_operators();
  world.run_for(20s);
  const auto leads = [&](std::size_t index) {
    const OperatorProgram* program = world.replica(index).program();
    return program != nullptr && program->is_leading();
  };
  ASSERT_NE(leads(0), leads(1));
  const std::size_t leader = leads(0) ? 0 : 1;
  world.replica(leader).remove();
  world.run_for(40s);
  EXPECT_TRUE(leads(1 - leader));
  EXPECT_TRUE(world.run_until([&] { return !finished(world).empty(); }, 3min));
  EXPECT_EQ(phase_of(finished(world).at(0)), "Succeeded");
}

TEST_F(WorldTest, FaultsComeToTheirPoints) {
  struct Plan final : Faults {
    ResponseVerdict on_response(const RequestPoint& point, const wire::Response&) override {
      const bool hit = point.node == "operator-0" && point.purpose == Purpose::kWrite && point.number == 3;
      return {.kind = hit ? ResponseVerdict::Kind::kCrash : ResponseVerdict::Kind::kPass};
    }
  } plan;
  WorldOptions faulty = options();
  faulty.faults = &plan;
  World world(5, faulty);
  expect_backed_up(world);
  EXPECT_EQ(world.replica().lives(), 2);
}

TEST_F(WorldTest, AJobsPodMayBeEvictedAndANodeLost) {
  WorldOptions slow = options();
  slow.snapshots = [](const StoredObject&) { return SnapshotBehaviour{.cut_after = 20s}; };
  World world(6, slow);
  create_demo(world);
  world.user().must_create(backup_configuration("demo", "daily", {"Deployment", "web"}, "1 * * * *"));
  world.start_operators();
  const auto snapshotter = [&]() -> ObjectPtr {
    for (const ObjectPtr& pod : world.cluster().list(kinds::kPod, "demo")) {
      if (node_name_of(*pod) == "snapshotter" && phase_of(pod) == "Running") return pod;
    }
    return nullptr;
  };
  ASSERT_TRUE(world.run_until([&] { return snapshotter() != nullptr; }, 3min));
  world.kubelet().evict("demo", snapshotter()->name());
  ASSERT_TRUE(world.run_until([&] { return snapshotter() != nullptr; }, 1min));
  world.lose_node(std::string(json::find_string(snapshotter()->value(), "/spec/nodeName")));
  EXPECT_TRUE(world.run_until([&] { return !finished(world).empty(); }, 15min));
  for (const ObjectPtr& session : finished(world)) EXPECT_EQ(phase_of(session), "Succeeded");
  if (HasFailure()) tell(world);
}

}  // namespace
}  // namespace snapstash::sim
