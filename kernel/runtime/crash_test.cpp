#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kernel/base/task_group.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/controller.hpp"
#include "kernel/runtime/elector.hpp"
#include "kernel/runtime/event_recorder.hpp"
#include "kernel/runtime/scripted_transport.hpp"
#include "kernel/runtime/shutdown.hpp"
#include "kernel/runtime/stepping_executor.hpp"
#include "kernel/runtime/watch_metrics.hpp"
#include "kernel/runtime/watcher.hpp"
#include "kernel/runtime/widget_fixture.hpp"

/// The simulator kills a program by destroying its objects between any two steps. Here is a whole little operator:
/// it is destroyed at each step of a life that has everything in it, from the election to the orderly stop.
namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

/// A server that holds one Lease; other calls are answered as for an object that was written.
class LeaseServer final : public wire::Transport {
 public:
  LeaseServer(Executor& executor, ScriptedTransport& watches) : executor_(executor), watches_(watches) {}

  Task<Result<wire::Response>> call(wire::Request request) override {
    co_await sleep_for(executor_, 10ms);
    wire::Response response{.status = 200, .headers = {}, .body = "{}"};
    if (request.target.find("/leases") == std::string::npos) {
      ++writes;
      co_return response;
    }
    if (request.method == "GET" && lease_.empty()) {
      co_return wire::Response{.status = 404, .headers = {}, .body = status_json(404, "NotFound")};
    }
    if (request.method != "GET") lease_ = request.body;
    response.body = lease_;
    co_return response;
  }
  Task<Result<wire::StreamResponse>> open(wire::Request request) override { return watches_.open(std::move(request)); }
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request, std::vector<std::string>) override {
    co_return fail(Code::kInvalid, "no WebSocket here");
  }

  int writes = 0;

 private:
  Executor& executor_;
  ScriptedTransport& watches_;
  std::string lease_;
};

/// Members are destroyed from the last to the first: tasks before what they use.
struct Operator {
  explicit Operator(Executor& executor_)
      : executor(executor_),
        script(executor_),
        server(executor_, script),
        credentials(kube::make_fixed_credentials({})),
        client(server, *credentials, executor_, random, {}),
        collection(client, Widget::kResource, {}),
        watcher(collection, widgets, {executor_, random, log}),
        lease(client, "ns", "snapstash"),
        elector(lease, {.identity = "me"}, "snapstash", {executor_, clock, random, log, registry}),
        recorder({"snapstash.io/operator", "pod"}, {client, executor_, clock, random, log, registry}),
        shutdown(executor_, log),
        controller("widget", {executor_, log, registry}),
        exported(export_watch(registry, watcher, widgets, executor_)),
        background(executor_),
        tasks(executor_) {
    controller.reconciles(widgets).concurrency(2);
    shutdown.then("controllers", [this] { return tasks.join(); });
    shutdown.then("lease", [this] { return release(); });
    script.openings.push_back(
        {200,
         {{0s, event_line("ADDED", widget_json("a", "u1", 3, 1)) + bookmark_line(10, true)},
          {1s, event_line("MODIFIED", widget_json("a", "u1", 11, 2)) + event_line("ADDED", "{}")},
          {1s, event_line("ERROR", status_json(410, "Expired"))}}}
    );
    script.openings.push_back(
        {200, {{0s, event_line("ADDED", widget_json("b", "u2", 15, 1)) + bookmark_line(20, true)}}}
    );
  }

  Task<void> main() {
    background.spawn(watcher.run());
    background.spawn(recorder.run());
    co_await elector.acquire();
    background.spawn(elector.hold());
    tasks.spawn(controller.run([this](std::string key) { return reconcile(std::move(key)); }, shutdown.requested()));
    exit_code = co_await shutdown.run();
  }

  Task<Result<Requeue>> reconcile(std::string key) {
    const auto widget = widgets.get(key);
    if (!widget) co_return Requeue{};
    recorder.normal(reference_to(*widget), "Seen", "Seen.");
    co_await client.merge_patch(Widget::kResource, {"ns", widget->metadata.name}, json::Object{});
    controller.expect(key, widgets, fmt::format("{}", std::stoi(widget->metadata.resource_version) + 1));
    if (++passes % 2 == 1) co_return fail(Code::kConflict, "odd");
    co_return Requeue{3s};
  }

  Task<void> release() { co_await elector.release().as_result(); }

  Executor& executor;
  SeededRandom random{9};
  SystemClock clock;
  NullLog log;
  Registry registry;
  ScriptedTransport script;
  LeaseServer server;
  std::unique_ptr<kube::Credentials> credentials;
  kube::Client client;
  Store<Widget> widgets;
  ClientCollection collection;
  Watcher watcher;
  ClientLease lease;
  Elector elector;
  EventRecorder recorder;
  Shutdown shutdown;
  Controller controller;
  Subscription exported;
  int passes = 0;
  std::optional<int> exit_code;
  TaskGroup background;
  TaskGroup tasks;
};

TEST(Crash, AWholeOperatorMayBeDestroyedAtEveryStep) {
  bool whole = false;
  int crash_at = 0;
  for (; !whole; ++crash_at) {
    SteppingExecutor executor;
    auto program = std::make_unique<Operator>(executor);
    TaskGroup process(executor);
    process.spawn(program->main());
    auto signal = executor.after(6s, [&] { program->shutdown.signal(); });
    int steps = 0;
    while (steps < crash_at && executor.step(MonoTime(1h + 12s))) ++steps;
    whole = steps < crash_at;
    if (whole) {
      EXPECT_EQ(program->exit_code, 0);
      EXPECT_GE(program->passes, 3);
      EXPECT_GE(program->server.writes, 3);
      EXPECT_NE(program->widgets.get("ns/b"), nullptr);
    }
    signal.cancel();
    process.cancel();
    program.reset();
    // What was left in the executor's queue belongs to nobody any more, and must not run.
    while (executor.step(MonoTime(1h + 1min))) {
    }
  }
  EXPECT_GT(crash_at, 60);
}

}  // namespace
}  // namespace snapstash::runtime
