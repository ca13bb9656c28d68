#include "kernel/kube/exec.hpp"

#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/network/one_node.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

using Outcome = Result<kube::ExecResult>;

/// Gives the verdicts it was told to, each once.
struct Plan final : Faults {
  RequestVerdict on_request(const RequestPoint& point) override {
    purposes.push_back(point.purpose);
    return std::exchange(request, {});
  }
  ResponseVerdict on_response(const RequestPoint&, const wire::Response&) override {
    return std::exchange(response, {});
  }
  RequestVerdict request;
  ResponseVerdict response;
  std::vector<Purpose> purposes;
};

/// Production code asks for commands in the pod `web` of namespace demo, over the simulated network.
struct ExecTest : OneNode<Plan> {
  ExecTest() {
    storage.put(
        *find_type("", "v1", "pods"), json::parse(
                                          R"({"apiVersion":"v1","kind":"Pod",
            "metadata":{"namespace":"demo","name":"web","uid":"1"},
            "spec":{"nodeName":"node-1","containers":[{"name":"main","image":"nginx"}]},
            "status":{"phase":"Running"}})"
                                      )
                                          .value()
    );
    server.set_runtime([this](const StoredObject&, const std::string&, const std::vector<std::string>& command) {
      ran.push_back(command.front());
      if (answered) world.after(10us, answered).detach();
      return outcome;
    });
    reconnect();
  }

  void reconnect() {
    network = connect();
    client = std::make_unique<kube::Client>(
        *network, *credentials, loop, random,
        kube::Client::Options{.user_agent = "test", .field_manager = "test", .retry = {}, .observe = {}}
    );
  }

  Task<Outcome> begin(const std::string& pod = "web", const std::string& container = "main") {
    Task<Outcome> task =
        kube::exec(*client, {.namespace_ = "demo", .pod = pod, .container = container, .command = {"freeze"}});
    task.start([] {});
    return task;
  }
  void run_for(Duration duration) {
    for (const MonoTime end = world.now() + std::chrono::duration_cast<MonoTime::duration>(duration);
         world.step(end);) {
    }
  }
  /// Runs it to its end, at most that long.
  Outcome end(Task<Outcome>& task, Duration limit = 10min) {
    for (const MonoTime end = world.now() + std::chrono::duration_cast<MonoTime::duration>(limit);
         !task.done() && world.step(end);) {
    }
    if (!task.done()) return fail(Code::kCancelled, "never");
    return task.take();
  }
  Outcome exec(const std::string& pod = "web", const std::string& container = "main") {
    Task<Outcome> task = begin(pod, container);
    return end(task);
  }
  Code code_of_exec() {
    const Outcome result = exec();
    return result ? Code::kCancelled : result.error().code;
  }

  std::unique_ptr<kube::Credentials> credentials = kube::make_fixed_credentials({});
  ExecOutcome outcome;
  std::function<void()> answered;  ///< Called when the server's answer is on its way.
  std::vector<std::string> ran;
  std::unique_ptr<kube::Client> client;
};

TEST_F(ExecTest, BringsBackWhatTheCommandSaid) {
  outcome = {.exit_code = 3, .out = "hello", .err = "\xFF problem"};  // not UTF-8
  const MonoTime begun = world.now();
  const Outcome result = exec();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(*result, (kube::ExecResult{.exit_code = 3, .out = "hello", .err = "\xFF problem", .truncated = false}));
  EXPECT_GT(world.now(), begun);
  EXPECT_EQ(plan.purposes, (std::vector<Purpose>{Purpose::kWrite}));
}

TEST_F(ExecTest, TakesAsLongAsTheCommand) {
  outcome.takes = 7s;
  const MonoTime begun = world.now();
  ASSERT_TRUE(exec());
  EXPECT_GE(world.now() - begun, 7s);
  EXPECT_LT(world.now() - begun, 8s);
}

TEST_F(ExecTest, RefusalsHaveTheCodesOfTheServersStatus) {
  EXPECT_EQ(exec("none").error().code, Code::kNotFound);
  EXPECT_EQ(exec("web", "db").error().code, Code::kInvalid);
  EXPECT_EQ(exec("web", "db").error().message, "container db is not valid for pod web");
  plan.request = {.kind = RequestVerdict::Kind::kAnswer, .answer = {.status = 403}};
  EXPECT_EQ(code_of_exec(), Code::kForbidden);
  plan.request = {.kind = RequestVerdict::Kind::kAnswer, .answer = {.status = 429, .retry_after = 32s}};
  const Outcome busy = exec();
  EXPECT_EQ(busy.error().code, Code::kTooManyRequests);
  EXPECT_EQ(busy.error().retry_after, 32s);
  EXPECT_TRUE(ran.empty());
}

TEST_F(ExecTest, ARefusalIsThatOfTheRealTransport) {
  plan.request = {
      .kind = RequestVerdict::Kind::kAnswer, .answer = {.status = 503, .message = "busy", .retry_after = 2s}
  };
  auto task = network->upgrade({.target = "/api/v1/namespaces/demo/pods/web/exec?command=true"}, {"v5.channel.k8s.io"});
  task.start([] {});
  run_for(1s);
  const Error refused = task.take().error();
  EXPECT_EQ(refused.code, Code::kUnavailable);
  EXPECT_EQ(refused.http_status, 503);
  EXPECT_EQ(refused.retry_after, 2s);
  EXPECT_TRUE(refused.message.contains(R"("message":"busy")"));
}

TEST_F(ExecTest, FaultsBeforeTheServerKeepTheCommandFromRunning) {
  using Kind = RequestVerdict::Kind;
  const auto with = [this](Kind kind) {
    plan.request.kind = kind;
    return code_of_exec();
  };
  EXPECT_EQ(with(Kind::kRefuse), Code::kUnavailable);
  EXPECT_EQ(with(Kind::kReset), Code::kUnknownOutcome);
  const MonoTime begun = world.now();
  EXPECT_EQ(with(Kind::kSilence), Code::kUnknownOutcome);
  EXPECT_EQ(world.now() - begun, 30s);
  EXPECT_EQ(with(Kind::kCrash), Code::kCancelled);
  EXPECT_TRUE(crashed);
  EXPECT_TRUE(ran.empty());
}

TEST_F(ExecTest, FaultsAfterTheServerLeaveItRun) {
  using Kind = ResponseVerdict::Kind;
  const auto with = [this](ResponseVerdict verdict) {
    ran.clear();
    plan.response = std::move(verdict);
    const Code code = code_of_exec();
    EXPECT_EQ(ran.size(), 1U);
    return code;
  };
  EXPECT_EQ(with({.kind = Kind::kReset}), Code::kUnknownOutcome);
  EXPECT_EQ(with({.kind = Kind::kSilence}), Code::kUnknownOutcome);
  EXPECT_EQ(with({.kind = Kind::kAnswer, .answer = {.status = 504}}), Code::kUnknownOutcome);
  EXPECT_EQ(with({.kind = Kind::kCrash}), Code::kCancelled);
  EXPECT_TRUE(std::exchange(crashed, false));
  plan.response.kind = Kind::kCrashAfter;
  EXPECT_TRUE(exec());
  EXPECT_TRUE(crashed);
}

TEST_F(ExecTest, WhatWasSentRunsAfterItsAskerHasDied) {
  for (const bool in_flight : {true, false}) {
    ran.clear();
    const Task<Outcome> task = begin();
    run_for(100us);  // less than any latency
    network->cut(in_flight);
    run_for(1s);
    EXPECT_FALSE(task.done());
    EXPECT_EQ(ran.size(), in_flight ? 1U : 0U);
    reconnect();
  }
}

TEST_F(ExecTest, AServerThatGoesAwayBreaksARunningCommand) {
  outcome.takes = 10s;
  Task<Outcome> task = begin();
  run_for(1s);
  network->set_state(NodeNetwork::State::kRefused);
  EXPECT_EQ(end(task, 1s).error().code, Code::kUnknownOutcome);
  EXPECT_EQ(code_of_exec(), Code::kUnavailable);
  network->set_state(NodeNetwork::State::kUp);
  task = begin();
  run_for(1s);
  network->break_streams();
  EXPECT_EQ(end(task, 1s).error().code, Code::kUnknownOutcome);
  EXPECT_TRUE(exec());
}

TEST_F(ExecTest, AnIsolatedNodeHearsTheOutcomeWhenItIsBackInTime) {
  outcome = {.out = "done", .takes = 10s};
  Task<Outcome> task = begin();
  run_for(1s);
  network->set_state(NodeNetwork::State::kIsolated);
  run_for(40s);
  EXPECT_FALSE(task.done());
  network->set_state(NodeNetwork::State::kUp);
  const Outcome result = end(task, 1s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "done");
}

TEST_F(ExecTest, AnIsolatedNodeTakesItsPeerForDead) {
  outcome.takes = 10s;
  Task<Outcome> task = begin();
  run_for(1s);
  network->set_state(NodeNetwork::State::kIsolated);
  run_for(60s);
  EXPECT_FALSE(task.done());
  EXPECT_EQ(end(task, 2s).error().code, Code::kUnknownOutcome);
  network->set_state(NodeNetwork::State::kUp);
  run_for(10s);
  EXPECT_EQ(ran.size(), 1U);
}

TEST_F(ExecTest, TheNetworkMayGoWhileTheAnswerIsOnItsWay) {
  const auto go = [this](NodeNetwork::State state) {
    answered = [this, state] { network->set_state(state); };
    const MonoTime begun = world.now();
    EXPECT_EQ(code_of_exec(), Code::kUnknownOutcome);
    network->set_state(NodeNetwork::State::kUp);
    return world.now() - begun;
  };
  EXPECT_LT(go(NodeNetwork::State::kRefused), 1s);
  EXPECT_GE(go(NodeNetwork::State::kIsolated), 30s);
  EXPECT_EQ(ran.size(), 2U);
}

TEST_F(ExecTest, ACommandThatHangsIsNeverHeardOf) {
  outcome.hangs = true;
  Task<Outcome> task = begin();
  EXPECT_EQ(end(task).error().message, "never");
  task = begin();  // who gives up closes the connection
  network->set_state(NodeNetwork::State::kIsolated);
  network->set_state(NodeNetwork::State::kUp);
  EXPECT_EQ(end(task).error().message, "never");
}

TEST_F(ExecTest, ADeadProcessHearsNothing) {
  outcome.takes = 10s;
  Task<Outcome> task = begin();
  run_for(1s);
  network->cut(true);
  run_for(1min);
  EXPECT_FALSE(task.done());
  client.reset();
  network.reset();  // the connection outlives it
  run_for(1min);
  EXPECT_FALSE(task.done());
}

}  // namespace
}  // namespace snapstash::sim
