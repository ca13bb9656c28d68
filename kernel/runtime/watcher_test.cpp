#include "kernel/runtime/watcher.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/scripted_transport.hpp"
#include "kernel/runtime/stepping_executor.hpp"
#include "kernel/runtime/store.hpp"
#include "kernel/runtime/watch_metrics.hpp"
#include "kernel/runtime/widget_fixture.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

const std::string kPath = "/apis/example.io/v1/widgets";
const std::string kInitialWatch =
    kPath + "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";

std::string watch_from(const std::string& version) {
  return kPath + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + version;
}

/// Everything between a scripted server and a store.
struct Graph {
  explicit Graph(Executor& executor)
      : transport(executor),
        credentials(kube::make_fixed_credentials({})),
        client(transport, *credentials, executor, random, {}),
        collection(client, Widget::kResource, {}),
        watcher(collection, store, {executor, random, log}),
        tasks(executor) {}

  ScriptedTransport transport;
  SeededRandom random{3};
  NullLog log;
  std::unique_ptr<kube::Credentials> credentials;
  kube::Client client;
  Store<Widget> store;
  ClientCollection collection;
  Watcher watcher;
  TaskGroup tasks;
};

struct WatcherTest : ::testing::Test {
  ManualExecutor executor;
  Graph graph{executor};

  void open(std::vector<Piece> pieces) { graph.transport.openings.push_back({200, std::move(pieces)}); }
  void start(Duration duration = 1s) {
    graph.tasks.spawn(graph.watcher.run());
    executor.advance(duration);
  }
};

std::vector<Piece> initial(int version, const std::string& objects = "") {
  return {{10ms, objects + bookmark_line(version, true)}};
}

TEST_F(WatcherTest, FollowsAWatchList) {
  auto pieces = initial(10, event_line("ADDED", widget_json("a", "u1", 3, 1)));
  pieces.push_back({1s, event_line("MODIFIED", widget_json("a", "u1", 11, 2))});
  pieces.push_back({1s, event_line("ADDED", widget_json("b", "u2", 12, 3))});
  pieces.push_back({1s, event_line("DELETED", widget_json("a", "u1", 13, 2)) + bookmark_line(20)});
  open(pieces);
  start(500ms);
  EXPECT_TRUE(graph.store.synced());
  EXPECT_EQ(graph.store.get("ns/a")->size, 1);
  executor.advance(1s);
  EXPECT_EQ(graph.store.get("ns/a")->size, 2);
  executor.advance(5s);
  EXPECT_EQ(graph.store.get("ns/a"), nullptr);
  EXPECT_EQ(graph.store.get("ns/b")->size, 3);
  EXPECT_EQ(graph.store.resource_version(), "20");
  EXPECT_THAT(graph.transport.targets(), ElementsAre(kInitialWatch));
}

TEST_F(WatcherTest, ByteByByteIsTheSame) {
  std::vector<Piece> pieces;
  for (const char c : event_line("ADDED", widget_json("a", "u1", 3, 1)) + bookmark_line(10, true)) {
    pieces.push_back({1ms, std::string(1, c)});
  }
  open(pieces);
  start();
  EXPECT_TRUE(graph.store.synced());
  EXPECT_EQ(graph.store.get("ns/a")->size, 1);
}

TEST_F(WatcherTest, NormalEndGoesOnFromTheLastBookmark) {
  auto pieces = initial(10);
  pieces.push_back({1min, bookmark_line(77)});
  pieces.push_back({10s, ""});
  open(pieces);
  start(2min);
  EXPECT_THAT(graph.transport.targets(), ElementsAre(kInitialWatch, watch_from("77")));
  EXPECT_EQ(graph.transport.open_streams, 1);
  EXPECT_EQ(graph.watcher.stats().initial_lists, 1U);
}

TEST_F(WatcherTest, ListsInPagesWhereWatchListIsUnknown) {
  graph.transport.openings.push_back({422, {{0s, status_json(422, "Invalid")}, {0s, ""}}});
  graph.transport.answers.push_back({200, list_json(widget_json("a", "u1", 3, 1), 9, "token")});
  graph.transport.answers.push_back({200, list_json(widget_json("b", "u2", 4, 2), 9)});
  start();
  EXPECT_THAT(
      graph.transport.targets(),
      ElementsAre(kInitialWatch, kPath + "?limit=100", kPath + "?limit=100&continue=token", watch_from("9"))
  );
  EXPECT_EQ(graph.store.size(), 2U);
  EXPECT_TRUE(graph.store.synced());
}

TEST_F(WatcherTest, ExpiredContinueTokenStartsOver) {
  graph.transport.openings.push_back({422, {{0s, status_json(422, "Invalid")}, {0s, ""}}});
  graph.transport.answers.push_back({200, list_json(widget_json("a", "u1", 3, 1), 9, "token")});
  graph.transport.answers.push_back({410, status_json(410, "Expired")});
  graph.transport.answers.push_back({200, list_json(widget_json("b", "u2", 4, 2), 12)});
  start(5s);
  EXPECT_EQ(graph.store.size(), 1U);
  EXPECT_NE(graph.store.get("ns/b"), nullptr);
  EXPECT_EQ(graph.transport.targets().back(), watch_from("12"));
}

TEST_F(WatcherTest, ExpiredVersionReadsEverythingAgainAndReportsWhatIsGone) {
  auto pieces = initial(10, event_line("ADDED", widget_json("a", "u1", 3, 1)));
  pieces.push_back({1s, event_line("ERROR", status_json(410, "Expired"))});
  open(pieces);
  open(initial(20, event_line("ADDED", widget_json("b", "u2", 15, 2))));
  std::vector<std::string> gone;
  const Subscription subscription = graph.store.on_change([&](const Change<Widget>& change) {
    if (!change.after) gone.push_back(change.key);
  });
  start(10s);
  EXPECT_THAT(graph.transport.targets(), ElementsAre(kInitialWatch, kInitialWatch));
  EXPECT_THAT(gone, ElementsAre("ns/a"));
  EXPECT_NE(graph.store.get("ns/b"), nullptr);
}

TEST_F(WatcherTest, DeadPeerIsLeftAfter150SecondsWithoutAByte) {
  auto pieces = initial(10);
  pieces.push_back({149s, bookmark_line(11)});
  open(pieces);
  start(149s + 140s);
  EXPECT_EQ(graph.transport.requests.size(), 1U);
  executor.advance(20s);
  EXPECT_THAT(graph.transport.targets(), ElementsAre(kInitialWatch, watch_from("11")));
  EXPECT_EQ(graph.transport.open_streams, 1);
}

TEST_F(WatcherTest, BrokenConnectionAndHalfAFrameGoOnFromTheLastEvent) {
  auto pieces = initial(10);
  pieces.push_back({1s, event_line("ADDED", widget_json("a", "u1", 11, 1)) + "{\"type\":\"MODI"});
  pieces.push_back({1s, ""});
  open(pieces);
  open({{1s, event_line("MODIFIED", widget_json("a", "u1", 12, 2))}, {1s, Error(Code::kUnknownOutcome, "reset")}});
  start(30s);
  EXPECT_THAT(graph.transport.targets(), ElementsAre(kInitialWatch, watch_from("11"), watch_from("12")));
  EXPECT_EQ(graph.store.get("ns/a")->size, 2);
}

TEST_F(WatcherTest, AnUndecodableObjectDoesNotBlindTheWatch) {
  auto pieces = initial(10, event_line("ADDED", R"({"metadata":{"namespace":"ns","name":"odd"},"size":[]})"));
  pieces.push_back({1s, event_line("ADDED", widget_json("b", "u2", 12, 3))});
  open(pieces);
  start(5s);
  EXPECT_NE(graph.store.broken("ns/odd"), nullptr);
  EXPECT_NE(graph.store.get("ns/b"), nullptr);
  EXPECT_EQ(graph.watcher.stats().undecodable, 1U);
  EXPECT_EQ(graph.transport.requests.size(), 1U);
}

TEST_F(WatcherTest, NonsenseOnTheWireStartsOver) {
  for (const std::string nonsense :
       {"not JSON\n", "{\"type\":\"ADDED\"}\n", "{\"type\":\"WHAT\",\"object\":{}}\n",
        "{\"type\":\"ADDED\",\"object\":7}\n"}) {
    ManualExecutor time;
    Graph fresh(time);
    auto pieces = initial(10);
    pieces.push_back({1s, nonsense});
    fresh.transport.openings.push_back({200, pieces});
    fresh.transport.openings.push_back({200, initial(20)});
    fresh.tasks.spawn(fresh.watcher.run());
    time.advance(10s);
    EXPECT_THAT(fresh.transport.targets(), ElementsAre(kInitialWatch, kInitialWatch)) << nonsense;
    EXPECT_EQ(fresh.store.resource_version(), "20");
  }
}

TEST_F(WatcherTest, AServerThatIsAwayIsAskedLessAndLess) {
  for (int i = 0; i < 200; ++i) {
    graph.transport.openings.push_back({200, {}, Error(Code::kUnavailable, "connection refused")});
  }
  start(10min);
  // 0.8 s doubling to 30 s, each up to twice as long: between 600/60 and 600/30 and a few.
  EXPECT_GE(graph.transport.requests.size(), 12U);
  EXPECT_LE(graph.transport.requests.size(), 26U);
  EXPECT_FALSE(graph.store.synced());
}

TEST_F(WatcherTest, AnOlderServerIsNotBelieved) {
  auto pieces = initial(100, event_line("ADDED", widget_json("a", "u1", 99, 1)));
  pieces.push_back({1s, event_line("ERROR", status_json(410, "Expired"))});
  open(pieces);
  open(initial(50));
  open(initial(101, event_line("ADDED", widget_json("a", "u1", 101, 2))));
  start(3500ms);
  EXPECT_EQ(graph.store.get("ns/a")->size, 1);
  EXPECT_TRUE(graph.watcher.stats().refused_since);
  executor.advance(10s);
  EXPECT_EQ(graph.store.get("ns/a")->size, 2);
  EXPECT_FALSE(graph.watcher.stats().refused_since);
}

TEST_F(WatcherTest, AServerThatWentBackForGoodMakesUsStartAnew) {
  open({{0s, bookmark_line(100, true)}, {1s, event_line("ERROR", status_json(410, "Expired"))}});
  for (int i = 0; i < 50; ++i) open(initial(50));
  start(4min);
  EXPECT_TRUE(graph.watcher.health());
  executor.advance(2min);
  EXPECT_FALSE(graph.watcher.health());
  EXPECT_EQ(graph.store.resource_version(), "100");
}

TEST_F(WatcherTest, ItsMetrics) {
  open(initial(10));
  start(11s);
  Registry registry;
  const Subscription exported = export_watch(registry, graph.watcher, graph.store, executor);
  count_requests(registry, "10.0.0.1:443")("GET", "200");
  const std::string text = registry.expose();
  EXPECT_THAT(text, ::testing::HasSubstr("\nwatch_lists_total{resource=\"widgets\"} 1\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("\nstore_resource_version{resource=\"widgets\"} 10\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("\nwatch_lag_seconds{resource=\"widgets\"} 10.98\n"));
  EXPECT_THAT(
      text, ::testing::HasSubstr("\nrest_client_requests_total{code=\"200\",method=\"GET\",host=\"10.0.0.1:443\"} 1\n")
  );
}

/// The world may end between any two steps: the graph is destroyed at each of them, under ASan.
TEST(WatcherCrash, MayBeDestroyedAtEveryStep) {
  bool whole = false;
  int stop = 0;
  for (; !whole; ++stop) {
    SteppingExecutor executor;
    Graph graph(executor);
    auto first = initial(10, event_line("ADDED", widget_json("a", "u1", 3, 1)));
    first.push_back({1s, event_line("ERROR", status_json(410, "Expired"))});
    graph.transport.openings.push_back({200, first});
    graph.transport.openings.push_back({422, {{0s, status_json(422, "Invalid")}, {0s, ""}}});
    graph.transport.answers.push_back({200, list_json(widget_json("b", "u2", 14, 2), 19, "token")});
    graph.transport.answers.push_back({410, status_json(410, "Expired")});
    graph.transport.answers.push_back({200, list_json(widget_json("b", "u2", 14, 2), 19)});
    graph.transport.openings.push_back({200, {{1s, Error(Code::kUnknownOutcome, "reset")}}});
    graph.tasks.spawn(graph.watcher.run());
    int steps = 0;
    while (steps < stop && executor.step(MonoTime(1h + 8min))) ++steps;
    whole = steps < stop;
    if (whole) {
      EXPECT_NE(graph.store.get("ns/b"), nullptr);
    }
  }
  EXPECT_GT(stop, 25);
}

TEST(WatchRequest, NamesSelectorsAndNamespace) {
  const auto request = watch_request(
      Widget::kResource, {.namespace_ = "ns", .label_selector = "a=b", .field_selector = ""}, {.resource_version = "5"}
  );
  EXPECT_EQ(
      request.target,
      "/apis/example.io/v1/namespaces/ns/widgets?labelSelector=a%3Db&watch=true&allowWatchBookmarks=true&"
      "resourceVersion=5"
  );
  EXPECT_EQ(request.method, "GET");
}

}  // namespace
}  // namespace snapstash::runtime
