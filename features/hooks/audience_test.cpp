#include "features/hooks/audience.hpp"

#include <gtest/gtest.h>

namespace snapstash::hooks {
namespace {

AppPod pod(std::string name, std::string phase = "Running", bool ready = true) {
  AppPod made;
  made.metadata.name = name;
  made.spec.containers = {{"db", {{"sql", 5432}}}, {"sidecar", {}}};
  made.spec.volumes = {{AppPod::ClaimSource{"data-" + name}}, {std::nullopt}};
  made.status = {std::move(phase), "10.0.0.7", {{"Ready", ready ? "True" : "False"}}};
  return made;
}

std::vector<std::string> names(const std::vector<AppPod>& pods) {
  std::vector<std::string> all;
  for (const AppPod& each : pods) all.emplace_back(each.metadata.name);
  return all;
}

using Names = std::vector<std::string>;

TEST(Choose, TakesAllThatRunByName) {
  AppPod ending = pod("c");
  ending.metadata.deletion_timestamp = WallTime{};
  const auto pods = {pod("b", "Running", false), pod("a"), ending, pod("d", "Pending"), pod("e", "Succeeded")};
  EXPECT_EQ(names(choose(pods, {.selector = "app=web"})), (Names{"a", "b"}));
  EXPECT_EQ(names(choose(pods, {.selector = "app=web", .all = false})), Names{"a"});
}

TEST(Choose, FirstReadySkipsThoseThatAreNot) {
  EXPECT_EQ(names(choose({pod("a", "Running", false), pod("b")}, {.selector = "x", .all = false})), Names{"b"});
  EXPECT_EQ(names(choose({pod("a", "Running", false)}, {.selector = "x", .all = false})), Names{});
}

TEST(Choose, ByClaim) { EXPECT_EQ(names(choose({pod("a"), pod("b")}, {.claim = "data-b"})), Names{"b"}); }

TEST(Choose, NobodyInParticularIsNobody) { EXPECT_EQ(names(choose({pod("a")}, {})), Names{}); }

Result<std::string> selector(std::string_view spec) {
  return selector_of(json::Object{{"spec", json::Object{{"selector", json::parse(spec).value()}}}});
}

TEST(SelectorOf, SaysWhatTheWorkloadSays) {
  EXPECT_EQ(selector(R"({"matchLabels":{"app":"web","tier":"db"}})").value(), "app=web,tier=db");
  EXPECT_EQ(
      selector(
          R"({"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["x","y"]},)"
          R"({"key":"l","operator":"NotIn","values":["z"]},{"key":"m","operator":"Exists"},{"key":"n","operator":"DoesNotExist"}]})"
      )
          .value(),
      "a=b,k in (x,y),l notin (z),m,!n"
  );
  EXPECT_EQ(selector(R"({"matchExpressions":[{"key":"k","operator":"Gt"}]})").error().code, Code::kInvalid);
}

TEST(ContainerOf, IsTheFirstUnlessNamed) {
  EXPECT_EQ(container_of(pod("a"), "")->name, "db");
  EXPECT_EQ(container_of(pod("a"), "sidecar")->name, "sidecar");
  EXPECT_EQ(
      container_of(pod("a"), "web").error().message, "has no container \"web\" (containerName); it has db, sidecar"
  );
}

TEST(PortOf, ByNumberOrName) {
  EXPECT_EQ(port_of(pod("a"), "", {80}).value(), 80);
  EXPECT_EQ(port_of(pod("a"), "", {std::string("sql")}).value(), 5432);
  EXPECT_EQ(
      port_of(pod("a"), "sidecar", {std::string("sql")}).error().message, "container sidecar has no port named \"sql\""
  );
}

}  // namespace
}  // namespace snapstash::hooks
