#include "features/hooks/run.hpp"

#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"

namespace snapstash::hooks {
namespace {

using namespace std::chrono_literals;

/// Remembers what was asked, and answers with `status`, or not at all.
class FakeOutbound final : public wire::Outbound {
 public:
  int status = 200;
  int refusals = 0;  ///< So often the connection is refused first.
  bool silent = false;
  std::vector<std::string> asked;
  std::vector<wire::Request> requests;
  Executor* executor = nullptr;

  Task<Result<int>> ask(wire::Endpoint endpoint, wire::Request request) override {
    asked.push_back(
        fmt::format("{} {}://{}:{}{}", request.method, endpoint.scheme, endpoint.host, endpoint.port, request.target)
    );
    requests.push_back(std::move(request));
    if (silent) co_await sleep_for(*executor, 1h);
    if (refusals-- > 0) co_return fail(Code::kUnavailable, "connection refused");
    co_return status;
  }
  Task<Result<void>> knock(std::string host, std::uint16_t port) override {
    asked.push_back(fmt::format("TCP {}:{}", host, port));
    if (refusals-- > 0) co_return fail(Code::kUnavailable, "connection refused");
    co_return {};
  }
};

struct RunHook : testing::Test {
  RunHook() : stop(context.executor) { outbound.executor = &context.executor; }

  jobs::Ports ports() {
    return {
        .client = context.client,
        .executor = context.executor,
        .clock = context.executor.clock(),
        .random = context.random,
        .log = context.log,
        .outbound = outbound,
        .namespace_ = "demo",
        .last_words = [](const std::string&) {},
        .stop = stop
    };
  }

  static Errand errand() {
    Errand made{.audience = {.selector = "app=web"}};
    made.facts.name = "daily-1";
    made.facts.target.kind = "Deployment";
    made.facts.target.name = "web";
    made.facts.phase = "Failed";
    return made;
  }

  void answer_pods(std::initializer_list<std::string_view> names) {
    json::Array items;
    for (const std::string_view name : names) {
      items.push_back(json::Object{
          {"metadata", json::Object{{"name", name}}},
          {"spec",
           json::parse(R"({"containers":[{"name":"main","ports":[{"name":"web","containerPort":8080}]}]})").value()},
          {"status", json::Object{{"phase", "Running"}, {"podIP", fmt::format("10.0.0.{}", items.size() + 1)}}}
      });
    }
    context.answer(json::Object{{"metadata", json::Object{}}, {"items", std::move(items)}});
  }

  Result<void> run_it(const api::Handler& handler) {
    return context.executor.run_task(run(ports(), handler, errand()));
  }

  static api::Handler get(std::string host, json::IntOrString port) {
    api::Handler handler;
    handler.http_get =
        api::HttpGetAction{.host = std::move(host), .path = "flush", .scheme = "", .port = std::move(port)};
    return handler;
  }

  cluster::TestContext context;
  FakeOutbound outbound;
  Event stop;
};

TEST_F(RunHook, HttpAddressesEveryPodUnlessAHostIsNamed) {
  answer_pods({"web-1", "web-2"});
  EXPECT_TRUE(run_it(get("", {std::string("web")})));
  EXPECT_EQ(
      outbound.asked, (std::vector<std::string>{"GET http://10.0.0.1:8080/flush", "GET http://10.0.0.2:8080/flush"})
  );
  outbound.asked.clear();
  EXPECT_TRUE(run_it(get("alerts", {80})));  // asks nobody for pods
  EXPECT_EQ(outbound.asked, std::vector<std::string>{"GET http://alerts:80/flush"});
}

TEST_F(RunHook, StatusesFrom200To399AreSuccess) {
  for (const auto& [status, well] : {std::pair(200, true), {399, true}, {400, false}, {199, false}, {503, false}}) {
    outbound.status = status;
    EXPECT_EQ(run_it(get("alerts", {80})).has_value(), well) << status;
  }
  EXPECT_EQ(run_it(get("alerts", {80})).error().message, "GET flush was answered with HTTP 503");
}

TEST_F(RunHook, ARedirectionIsAnAnswerAndIsNotFollowed) {
  outbound.status = 302;
  EXPECT_TRUE(run_it(get("alerts", {80})));
  EXPECT_EQ(outbound.requests.size(), 1U);
}

TEST_F(RunHook, PostRendersItsBody) {
  api::Handler handler;
  handler.http_post = api::HttpPostAction{
      .host = "alerts", .path = "/hook", .scheme = "HTTPS", .body = "{{ .Name }}: {{ .Status.Phase }}", .port = {443}
  };
  handler.http_post->http_headers = {{"X-Token", "t"}};
  EXPECT_TRUE(run_it(handler));
  ASSERT_EQ(outbound.requests.size(), 1U);
  EXPECT_EQ(outbound.asked[0], "POST https://alerts:443/hook");
  EXPECT_EQ(outbound.requests[0].body, "daily-1: Failed");
  EXPECT_EQ(outbound.requests[0].headers.find("x-token"), "t");
}

TEST_F(RunHook, PostSendsAForm) {
  api::Handler handler;
  handler.http_post = api::HttpPostAction{.host = "alerts", .path = "/", .scheme = "", .body = "", .port = {80}};
  handler.http_post->form = {{"who", {"{{ .Name }}", "a b"}}, {"k&", {"v"}}};
  EXPECT_TRUE(run_it(handler));
  EXPECT_EQ(outbound.requests[0].body, "who=daily-1&who=a%20b&k%26=v");
  EXPECT_EQ(outbound.requests[0].headers.find("content-type"), "application/x-www-form-urlencoded");
}

TEST_F(RunHook, WhatCouldNotBeStartedIsTriedAgain) {
  outbound.refusals = 3;
  EXPECT_TRUE(run_it(get("alerts", {80})));
  EXPECT_EQ(outbound.asked.size(), 4U);
}

TEST_F(RunHook, NothingTakesLongerThanItMay) {
  outbound.silent = true;
  const MonoTime start = context.executor.now();
  const auto late = run_it(get("alerts", {80}));
  EXPECT_EQ(late.error().code, Code::kTimeout);
  EXPECT_EQ(late.error().message, "not within 5m0s");
  EXPECT_EQ(context.executor.now() - start, 5min);
}

TEST_F(RunHook, TheFirstActionThatFailsEndsIt) {
  api::Handler handler = get("alerts", {80});
  handler.tcp_socket = api::TcpSocketAction{.host = "db", .port = {5432}};
  EXPECT_TRUE(run_it(handler));
  EXPECT_EQ(outbound.asked.back(), "TCP db:5432");
  outbound.asked.clear();
  outbound.status = 500;
  EXPECT_FALSE(run_it(handler));
  EXPECT_EQ(outbound.asked.size(), 1U);
}

TEST_F(RunHook, WithoutAPodThereIsNothingToRunItIn) {
  answer_pods({});
  api::Handler handler;
  handler.exec = api::ExecAction{{"sync"}};
  EXPECT_EQ(run_it(handler).error().message, "no pod of Deployment web is running, so there is nothing to run it in");
}

TEST_F(RunHook, AFailureNamesItsPod) {
  answer_pods({"web-1"});
  api::Handler handler;
  handler.exec = api::ExecAction{{"sync"}};
  handler.container_name = "db";
  EXPECT_EQ(run_it(handler).error().message, "pod web-1: has no container \"db\" (containerName); it has main");
}

}  // namespace
}  // namespace snapstash::hooks
