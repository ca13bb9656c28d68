#include "sim/api_server/exec.hpp"

#include <fmt/format.h>

#include "sim/api_server/api_server_fixture.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPods = "/api/v1/namespaces/demo/pods";

struct ExecTest : ApiServerTest {
  ExecTest() {
    server.set_runtime([this](const StoredObject& pod, const std::string& container, const auto& command) {
      ran.push_back(fmt::format("{}/{}: {}", pod.name(), container, fmt::join(command, "|")));
      return outcome;
    });
  }

  /// A pod with these containers on a node, or on none when `phase` is "".
  void make_pod(const std::string& name, const std::vector<std::string>& containers, const std::string& phase) {
    json::Array made;
    for (const std::string& each : containers) made.push_back(json::Object{{"name", each}, {"image", "nginx"}});
    json::Object spec{{"containers", std::move(made)}};
    if (!phase.empty()) spec["nodeName"] = "node-1";
    const json::Object pod{{"metadata", json::Object{{"name", name}}}, {"spec", std::move(spec)}};
    EXPECT_EQ(create(kPods, json::serialize(pod)).status, 201);
    if (!phase.empty()) merge(fmt::format("{}/{}/status", kPods, name), R"({"status":{"phase":")" + phase + R"("}})");
  }

  ApiServer::Upgraded exec(
      const std::string& pod, const std::string& query, const Identity& who = administrator(),
      const std::string& method = "GET"
  ) {
    return server.exec(
        {.method = method, .target = fmt::format("{}/{}/exec?{}&stdout=true&stderr=true", kPods, pod, query)}, who
    );
  }

  /// The refusal's code and words, or "opened".
  static std::string told(const ApiServer::Upgraded& upgraded) {
    if (upgraded.messages) return "opened";
    const json::Value status = json::parse(upgraded.response.body).value();
    return fmt::format("{} {}", upgraded.response.status, json::find_string(status, "/message"));
  }
  /// What stands in the message of the outcome's channel.
  static json::Value last(const ApiServer::Upgraded& upgraded) {
    const std::string& message = upgraded.messages->messages.back();
    EXPECT_EQ(message.front(), '\3');
    return json::parse(std::string_view(message).substr(1)).value();
  }

  void grant(const std::string& account, const std::string& verbs) {
    constexpr const char* kRbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/demo/";
    create(
        std::string(kRbac) + "roles",
        fmt::format(
            R"({{"metadata":{{"name":"{}"}},"rules":[{{"apiGroups":[""],"resources":["pods/exec"],"verbs":{}}}]}})",
            account, verbs
        )
    );
    create(
        std::string(kRbac) + "rolebindings",
        fmt::format(
            R"({{"metadata":{{"name":"{0}"}},"subjects":[{{"kind":"ServiceAccount","name":"{0}","namespace":"demo"}}],
            "roleRef":{{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"{0}"}}}})",
            account
        )
    );
  }

  ExecOutcome outcome;
  std::vector<std::string> ran;
};

TEST_F(ExecTest, RunsACommandWordByWord) {
  make_pod("web", {"main"}, "Running");
  outcome = {.exit_code = 3, .out = "hello\n", .err = "problem\n", .takes = 5s};
  const auto upgraded = exec("web", "command=sh&command=-c&command=a%20b%26c");
  EXPECT_EQ(upgraded.response.status, 101);
  EXPECT_EQ(ran, (std::vector<std::string>{"web/main: sh|-c|a b&c"}));
  ASSERT_EQ(upgraded.messages->messages.size(), 3U);
  EXPECT_EQ(upgraded.messages->messages[0], "\1hello\n");
  EXPECT_EQ(upgraded.messages->messages[1], "\2problem\n");
  EXPECT_EQ(upgraded.messages->after, Duration(5s));
  // tests/wire/recordings/shell.exec is what a real one says.
  EXPECT_EQ(
      json::serialize(last(upgraded)),
      R"({"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: )"
      R"(command terminated with exit code 3","reason":"NonZeroExitCode",)"
      R"("details":{"causes":[{"reason":"ExitCode","message":"3"}]}})"
  );
}

TEST_F(ExecTest, SuccessIsAStatus) {
  make_pod("web", {"main"}, "Running");
  const auto upgraded = exec("web", "command=true", administrator(), "POST");
  ASSERT_EQ(upgraded.messages->messages.size(), 1U);
  EXPECT_EQ(json::serialize(last(upgraded)), R"({"metadata":{},"status":"Success"})");
}

TEST_F(ExecTest, RefusesWhatItCannotPlace) {
  make_pod("web", {"main"}, "Running");
  make_pod("two", {"a", "b"}, "Running");
  make_pod("new", {"main"}, "");
  EXPECT_EQ(told(exec("none", "command=true")), R"(404 pods "none" not found)");
  EXPECT_EQ(told(exec("web", "command=true&container=db")), "400 container db is not valid for pod web");
  EXPECT_EQ(
      told(exec("two", "command=true")), "400 a container name must be specified for pod two, choose one of: [a b]"
  );
  EXPECT_EQ(told(exec("new", "command=true")), "400 pod new does not have a host assigned");
  EXPECT_EQ(
      told(exec("web", "command=true", administrator(), "DELETE")),
      R"(405 delete is not supported on resources of kind "pods")"
  );
  EXPECT_EQ(ran, (std::vector<std::string>()));
  EXPECT_EQ(told(exec("two", "command=true&container=b")), "opened");
  EXPECT_EQ(ran, (std::vector<std::string>{"two/b: true"}));
}

TEST_F(ExecTest, WhatTheKubeletRefusesComesOverTheWebSocket) {
  make_pod("done", {"main"}, "Succeeded");
  make_pod("slow", {"main"}, "Pending");
  for (const char* pod : {"done", "slow"}) {
    const auto upgraded = exec(pod, "command=true");
    ASSERT_EQ(told(upgraded), "opened");
    EXPECT_EQ(json::find_string(last(upgraded), "/reason"), "InternalError");
    EXPECT_TRUE(json::find_string(last(upgraded), "/message").contains(R"(container not found ("main"))"));
    EXPECT_EQ(upgraded.messages->after, Duration::zero());
  }
  EXPECT_EQ(ran, (std::vector<std::string>()));
}

TEST_F(ExecTest, ANodeThatDoesNotAnswerIsGivenUp) {
  make_pod("web", {"main"}, "Running");
  outcome.unreachable = true;
  const auto upgraded = exec("web", "command=true");
  ASSERT_EQ(told(upgraded), "opened");
  EXPECT_EQ(json::find_string(last(upgraded), "/reason"), "InternalError");
  EXPECT_EQ(upgraded.messages->after, Duration(30s));
}

TEST_F(ExecTest, NeedsTheVerbOfItsMethodAndCreate) {
  make_pod("web", {"main"}, "Running");
  grant("reads", R"(["get"])");
  grant("creates", R"(["create"])");
  grant("both", R"(["get","create"])");
  const auto as = [&](const std::string& account, const std::string& method) {
    return told(exec("web", "command=true", service_account("demo", account), method));
  };
  EXPECT_EQ(
      as("creates", "GET"),
      "403 pods \"web\" is forbidden: User \"system:serviceaccount:demo:creates\" cannot get "
      "resource \"pods/exec\" in API group \"\" in the namespace \"demo\""
  );
  EXPECT_EQ(as("reads", "GET"), "403 pods \"web\" is forbidden: ");
  EXPECT_EQ(as("reads", "POST").substr(0, 3), "403");
  EXPECT_EQ(ran, (std::vector<std::string>()));
  EXPECT_EQ(as("creates", "POST"), "opened");
  EXPECT_EQ(as("both", "GET"), "opened");
}

TEST_F(ExecTest, IsWatchedAndGatedLikeAnyRequest) {
  make_pod("web", {"main"}, "Running");
  std::vector<std::string> seen;
  int asked = 0;
  server.on_request([&](const ApiServer::Exchange& exchange) {
    seen.push_back(fmt::format("{}/{} {}", exchange.asked.verb, exchange.asked.subresource, exchange.status));
  });
  server.set_gate([&](const ApiRequest&, const Identity&) -> std::optional<Failure> {
    if (++asked == 1) return std::nullopt;
    return failures::too_many_requests(4).error();
  });
  exec("web", "command=true");
  const auto refused = exec("web", "command=true");
  EXPECT_EQ(refused.response.headers.find("Retry-After"), "4");
  EXPECT_EQ(seen, (std::vector<std::string>{"get/exec 101", "get/exec 429"}));
  EXPECT_EQ(ran.size(), 1U);
}

TEST_F(ExecTest, WithoutAnUpgradeNothingRuns) {
  make_pod("web", {"main"}, "Running");
  EXPECT_EQ(get(std::string(kPods) + "/web/exec?command=true").text("/message"), "Upgrade request required");
  EXPECT_EQ(server.exec({.target = std::string(kPods) + "/web"}, administrator()).response.status, 400);
  EXPECT_EQ(ran, (std::vector<std::string>()));
}

}  // namespace
}  // namespace snapstash::sim
