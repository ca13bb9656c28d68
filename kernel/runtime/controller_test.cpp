#include "kernel/runtime/controller.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/stepping_executor.hpp"
#include "kernel/runtime/widget_fixture.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A controller of Widgets that own Gadgets, and a reconciler that notes its keys and does as it is told.
template <class Time>
struct Graph {
  Time executor;
  NullLog log;
  Registry registry;
  Store<Widget> widgets;
  Store<Gadget> gadgets;
  Event stop{executor};
  Controller controller{"widget", {executor, log, registry}};
  std::vector<std::string> passes;
  Duration takes{};
  Result<Requeue> result = Requeue{};
  std::function<void()> on_pass;
  bool throws = false;
  int running = 0, most_running = 0;
  bool returned = false;
  TaskGroup tasks{executor};

  Graph() { controller.reconciles(widgets).owns(gadgets); }

  void start() { tasks.spawn(run()); }

  Task<void> run() {
    co_await controller.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
    returned = true;
  }

  Task<Result<Requeue>> reconcile(std::string key) {
    passes.push_back(key);
    most_running = std::max(most_running, ++running);
    if (on_pass) on_pass();
    if (takes > 0s) co_await sleep_for(executor, takes);
    --running;
    if (throws) throw std::runtime_error("boom");
    co_return result;
  }

  void sync_widgets(std::vector<std::string> objects, int version) {
    widgets.begin_initial();
    for (const std::string& object : objects) widgets.stage(parsed(object));
    widgets.commit(fmt::format("{}", version));
  }
  void sync_gadgets() {
    gadgets.begin_initial();
    gadgets.commit("1");
  }
};

struct ControllerTest : ::testing::Test, Graph<ManualExecutor> {
  std::vector<std::string> take_passes() { return std::exchange(passes, {}); }

  void start_synced(std::vector<std::string> objects) {
    sync_widgets(std::move(objects), 10);
    sync_gadgets();
    start();
    executor.run();
  }
  double metric(const std::string& line) {
    const std::string text = registry.expose();
    const auto at = text.find("\n" + line + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size() + 2));
  }
};

TEST_F(ControllerTest, WaitsUntilAllStoresAreSynced) {
  start();
  sync_widgets({widget_json("a", "u1", 1, 1), widget_json("b", "u2", 2, 1)}, 2);
  executor.advance(1h);
  EXPECT_THAT(passes, IsEmpty());
  sync_gadgets();
  executor.run();
  EXPECT_THAT(passes, ElementsAre("ns/a", "ns/b"));
}

TEST_F(ControllerTest, ReconcilesWhatChangesAndWhatIsGone) {
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  widgets.apply(parsed(widget_json("a", "u1", 11, 2)));
  executor.run();
  widgets.remove(parsed(widget_json("a", "u1", 12, 2)));
  executor.run();
  EXPECT_THAT(passes, ElementsAre("ns/a", "ns/a"));
  executor.advance(10h);
  EXPECT_EQ(passes.size(), 2U);
}

TEST_F(ControllerTest, AChildLeadsToItsOwnerOfTheSameUid) {
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  gadgets.apply(parsed(gadget_json("g", 5, "a", "u1")));
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/a"));
  gadgets.apply(parsed(gadget_json("h", 6, "a", "of an earlier a")));
  gadgets.apply(parsed(gadget_json("i", 7, "nobody", "u1")));
  executor.run();
  EXPECT_THAT(take_passes(), IsEmpty());
  gadgets.remove(parsed(gadget_json("g", 8, "a", "u1")));
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/a"));
}

TEST_F(ControllerTest, WatchesMapBeforeAndAfter) {
  Controller other("other", {executor, log, registry});
  other.reconciles(widgets).watches<Gadget>(gadgets, [](const Gadget& gadget) {
    return std::vector<std::string>{"ns/" + gadget.metadata.owner_references.at(0).name, "ns/all"};
  });
  sync_widgets({}, 1);
  sync_gadgets();
  tasks.spawn(other.run([this](std::string key) { return reconcile(std::move(key)); }, stop));
  gadgets.apply(parsed(gadget_json("g", 5, "x", "u")));
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/x", "ns/all"));
  gadgets.apply(parsed(gadget_json("g", 6, "y", "u")));
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/x", "ns/all", "ns/y"));
  stop.set();
  executor.run();
}

TEST_F(ControllerTest, ErrorsAreRetriedWithBackOffUntilItGoesWell) {
  result = fail(Code::kConflict, "somebody else was faster");
  start_synced({widget_json("a", "u1", 1, 1)});
  EXPECT_EQ(passes.size(), 1U);
  executor.advance(5ms);
  EXPECT_EQ(passes.size(), 2U);
  executor.advance(10ms);
  EXPECT_EQ(passes.size(), 3U);
  result = Requeue{};
  executor.advance(20ms);
  EXPECT_EQ(passes.size(), 4U);
  executor.advance(1h);
  EXPECT_EQ(passes.size(), 4U);
  EXPECT_EQ(controller.queue().failures("ns/a"), 0U);
  EXPECT_EQ(metric("controller_runtime_reconcile_total{controller=\"widget\",result=\"error\"}"), 3);
  EXPECT_EQ(metric("controller_runtime_reconcile_errors_total{controller=\"widget\"}"), 3);
  EXPECT_EQ(metric("controller_runtime_reconcile_total{controller=\"widget\",result=\"success\"}"), 1);
  EXPECT_EQ(metric("workqueue_retries_total{name=\"widget\",controller=\"widget\"}"), 3);
}

TEST_F(ControllerTest, RetryAfterIsHonoured) {
  Error busy(Code::kTooManyRequests, "busy");
  busy.retry_after = 7s;
  result = fail(busy);
  start_synced({widget_json("a", "u1", 1, 1)});
  executor.advance(6s);
  EXPECT_EQ(passes.size(), 1U);
  executor.advance(1s);
  EXPECT_EQ(passes.size(), 2U);
}

TEST_F(ControllerTest, ExceptionsAreErrors) {
  throws = true;
  start_synced({widget_json("a", "u1", 1, 1)});
  executor.advance(5ms);
  EXPECT_EQ(passes.size(), 2U);
  EXPECT_EQ(metric("controller_runtime_reconcile_panics_total{controller=\"widget\"}"), 2);
  EXPECT_EQ(metric("controller_runtime_active_workers{controller=\"widget\"}"), 0);
}

TEST_F(ControllerTest, RequeueAfter) {
  result = Requeue{10min};
  start_synced({widget_json("a", "u1", 1, 1)});
  executor.advance(10min - 1ms);
  EXPECT_EQ(passes.size(), 1U);
  executor.advance(1ms);
  EXPECT_EQ(passes.size(), 2U);
  EXPECT_EQ(metric("controller_runtime_reconcile_total{controller=\"widget\",result=\"requeue_after\"}"), 2);
}

TEST_F(ControllerTest, RunsAsManyAtOnceAsAllowedAndNeverOneKeyTwice) {
  controller.concurrency(2);
  takes = 1s;
  start_synced({widget_json("a", "u1", 1, 1), widget_json("b", "u2", 2, 1), widget_json("c", "u3", 3, 1)});
  EXPECT_EQ(running, 2);
  EXPECT_EQ(metric("controller_runtime_active_workers{controller=\"widget\"}"), 2);
  EXPECT_EQ(metric("workqueue_depth{name=\"widget\",controller=\"widget\"}"), 1);
  widgets.apply(parsed(widget_json("a", "u1", 11, 2)));
  widgets.apply(parsed(widget_json("a", "u1", 12, 3)));
  executor.advance(500ms);
  EXPECT_EQ(metric("workqueue_unfinished_work_seconds{name=\"widget\",controller=\"widget\"}"), 1);
  EXPECT_THAT(passes, ElementsAre("ns/a", "ns/b"));
  executor.advance(10s);
  EXPECT_THAT(passes, ElementsAre("ns/a", "ns/b", "ns/c", "ns/a"));
  EXPECT_EQ(most_running, 2);
}

TEST_F(ControllerTest, StopLetsRunningPassesEndAndTakesNoMore) {
  takes = 20s;
  start_synced({widget_json("a", "u1", 1, 1), widget_json("b", "u2", 2, 1)});
  stop.set();
  executor.advance(19s);
  EXPECT_FALSE(returned);
  executor.advance(1s);
  EXPECT_TRUE(returned);
  EXPECT_EQ(running, 0);
  EXPECT_THAT(passes, ElementsAre("ns/a"));
}

TEST_F(ControllerTest, StopIsBounded) {
  takes = 1h;
  controller.graceful_limit(30s);
  start_synced({widget_json("a", "u1", 1, 1)});
  stop.set();
  executor.advance(29s);
  EXPECT_FALSE(returned);
  executor.advance(1s);
  EXPECT_TRUE(returned);
}

TEST_F(ControllerTest, StopBeforeSyncEnds) {
  start();
  executor.run();
  stop.set();
  executor.run();
  EXPECT_TRUE(returned);
  EXPECT_THAT(passes, IsEmpty());
}

TEST_F(ControllerTest, AKeyWaitsForItsOwnWriteToBeSeen) {
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  controller.expect("ns/a", gadgets, "50");
  widgets.apply(parsed(widget_json("a", "u1", 11, 2)));
  executor.advance(5s);
  EXPECT_THAT(passes, IsEmpty());
  gadgets.advance("49");
  executor.run();
  EXPECT_THAT(passes, IsEmpty());
  gadgets.advance("50");
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/a"));
  executor.advance(1h);
  EXPECT_THAT(passes, ElementsAre("ns/a"));  // the bound's own timer: harmless, once
}

TEST_F(ControllerTest, AnExpectationIsBounded) {
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  controller.expect("ns/a", widgets, "50");
  controller.expect("ns/a", widgets, "10");  // seen already: nothing to wait for
  controller.enqueue("ns/a");
  executor.advance(29s);
  EXPECT_THAT(passes, IsEmpty());
  executor.advance(1s);
  EXPECT_THAT(passes, ElementsAre("ns/a"));
  EXPECT_EQ(metric("controller_expectation_timeouts_total{controller=\"widget\"}"), 1);
}

struct OutdatedTest : ControllerTest {
  /// The pass has read version `read`, and the server refuses what it writes.
  void refuse(Code code, std::string read) {
    on_pass = [this, code, read = std::move(read)] {
      auto taken = controller.wrote("ns/a", read, fail(code, "x"));
      if (!taken) result = fail(std::move(taken).error());
    };
  }
  void change_child(int version) {
    gadgets.apply(parsed(gadget_json("g", version, "a", "u1")));
    executor.advance(10ms);
  }
};

TEST_F(OutdatedTest, WaitsForTheStoreToShowThatItsObjectIsGone) {
  refuse(Code::kNotFound, "1");
  start_synced({widget_json("a", "u1", 1, 1)});
  EXPECT_THAT(take_passes(), ElementsAre("ns/a"));
  for (int version = 20; version < 25; ++version) change_child(version);
  EXPECT_THAT(passes, IsEmpty());
  on_pass = {};
  result = Requeue{};
  widgets.remove(parsed(widget_json("a", "u1", 30, 1)));
  executor.run();
  EXPECT_THAT(take_passes(), ElementsAre("ns/a"));
  EXPECT_EQ(metric(R"(controller_runtime_reconcile_errors_total{controller="widget"})"), 0);
}

TEST_F(OutdatedTest, RunsAtOnceWhenTheStoreShowsIt) {
  on_pass = [this] {
    if (passes.size() == 1) {  // the store moves on between reading and writing
      widgets.apply(parsed(widget_json("a", "u1", 11, 2)));
      auto taken = controller.wrote("ns/a", "1", fail(Code::kConflict, "x"));
      result = fail(std::move(taken).error());
    } else {
      result = Requeue{};
    }
  };
  start_synced({widget_json("a", "u1", 1, 1)});
  EXPECT_THAT(passes, ElementsAre("ns/a", "ns/a"));
}

TEST_F(OutdatedTest, IsBounded) {
  refuse(Code::kConflict, "1");
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  executor.advance(29s);
  EXPECT_THAT(passes, IsEmpty());
  executor.advance(1s);
  EXPECT_THAT(passes, ElementsAre("ns/a"));
}

TEST_F(OutdatedTest, AnotherErrorIsRetriedAsEver) {
  refuse(Code::kUnavailable, "1");
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  executor.advance(10ms);
  EXPECT_THAT(passes, ElementsAre("ns/a"));
}

TEST_F(ControllerTest, AnObjectThatCannotBeReadIsNotTakenForGone) {
  start_synced({widget_json("a", "u1", 1, 1)});
  take_passes();
  widgets.apply(parsed(R"({"metadata":{"namespace":"ns","name":"a","uid":"u1","resourceVersion":"11"},"size":[]})"));
  executor.run();
  EXPECT_THAT(passes, IsEmpty());
  widgets.apply(parsed(widget_json("a", "u1", 12, 2)));
  executor.run();
  EXPECT_THAT(passes, ElementsAre("ns/a"));
}

TEST(ControllerCrash, MayBeDestroyedAtEveryStep) {
  bool whole = false;
  int stop_at = 0;
  for (; !whole; ++stop_at) {
    Graph<SteppingExecutor> graph;
    graph.takes = 1s;
    graph.controller.concurrency(2);
    graph.result = fail(Code::kConflict, "x");
    graph.start();
    graph.sync_widgets({widget_json("a", "u1", 1, 1), widget_json("b", "u2", 2, 1)}, 10);
    const auto later = graph.executor.after(500ms, [&] { graph.sync_gadgets(); });
    const auto expecting = graph.executor.after(1s, [&] { graph.controller.expect("ns/a", graph.widgets, "11"); });
    const auto seen = graph.executor.after(5s, [&] { graph.widgets.apply(parsed(widget_json("b", "u2", 11, 1))); });
    const auto stopping = graph.executor.after(6s, [&] { graph.stop.set(); });
    int steps = 0;
    while (steps < stop_at && graph.executor.step(MonoTime(1h + 1min))) ++steps;
    whole = steps < stop_at;
    if (whole) EXPECT_TRUE(graph.returned);
  }
  EXPECT_GT(stop_at, 30);
}

}  // namespace
}  // namespace snapstash::runtime
