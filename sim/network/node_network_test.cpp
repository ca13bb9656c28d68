#include <string>
#include <utility>
#include <vector>

#include "sim/network/one_node.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

/// Gives the verdicts it was told to, each once.
struct Plan final : Faults {
  RequestVerdict on_request(const RequestPoint& point) override {
    points.push_back(point.number);
    return std::exchange(request, {});
  }
  ResponseVerdict on_response(const RequestPoint&, const wire::Response&) override {
    return std::exchange(response, {});
  }
  FrameVerdict on_frame(const FramePoint& point) override {
    frames.push_back(point.frame);
    return std::exchange(frame, {});
  }
  RequestVerdict request;
  ResponseVerdict response;
  FrameVerdict frame;
  std::vector<std::uint64_t> points, frames;
};

struct NodeNetworkTest : OneNode<Plan> {
  NodeNetworkTest() { make("demo"); }

  int make(const std::string& name) {
    return server
        .handle(
            {.method = "POST",
             .target = "/api/v1/namespaces",
             .headers = {{"Content-Type", "application/json"}},
             .body = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + name + R"("}})"},
            administrator()
        )
        .status;
  }

  Result<wire::Response> call(wire::Request request) {
    std::optional<Result<wire::Response>> outcome;
    Task<Result<wire::Response>> task = network->call(std::move(request));
    bool ended = false;
    task.start([&ended] { ended = true; });
    for (const MonoTime end = world.now() + 60s; !ended && world.step(end);) {
    }
    if (!ended) return fail(Code::kCancelled, "never");
    return task.take();
  }

  static wire::Request post(const std::string& name) {
    return {
        .method = "POST",
        .target = "/api/v1/namespaces/demo/configmaps",
        .headers = {{"Content-Type", "application/json"}},
        .body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("}})"
    };
  }

  bool exists(const std::string& name) {
    return storage.find(*find_type("", "v1", "configmaps"), "demo", name) != nullptr;
  }

  /// Reads whatever comes within a second.
  std::string read(wire::Stream& stream) {
    Task<Result<std::string>> task = stream.read();
    bool ended = false;
    task.start([&ended] { ended = true; });
    for (const MonoTime end = world.now() + 1s; !ended && world.step(end);) {
    }
    if (!ended) return "silence";
    auto text = task.take();
    return text ? text->empty() ? "end" : *text : std::string(name_of(text.error().code));
  }

  std::unique_ptr<wire::Stream> watch() {
    Task<Result<wire::StreamResponse>> task =
        network->open({.target = "/api/v1/namespaces/demo/configmaps?watch=true&resourceVersion=" + revision()});
    bool ended = false;
    task.start([&ended] { ended = true; });
    for (const MonoTime end = world.now() + 60s; !ended && world.step(end);) {
    }
    auto response = task.take();
    return std::move(response->body);
  }
  std::string revision() const { return std::to_string(storage.revision()); }
};

TEST_F(NodeNetworkTest, CarriesARequestThereAndBack) {
  const MonoTime begun = world.now();
  const auto answer = call(post("a"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 201);
  EXPECT_GT(world.now(), begun);
  EXPECT_TRUE(exists("a"));
  EXPECT_TRUE(call({.target = "/api/v1/namespaces/demo/configmaps"}));
  EXPECT_TRUE(call(post("b")));
  EXPECT_EQ(plan.points, (std::vector<std::uint64_t>{1, 1, 2}));  // writes count apart from reads
}

TEST_F(NodeNetworkTest, FaultsBeforeTheServer) {
  using Kind = RequestVerdict::Kind;
  const auto with = [this](RequestVerdict verdict) {
    plan.request = std::move(verdict);
    return call(post("a"));
  };
  EXPECT_EQ(with({.kind = Kind::kRefuse}).error().code, Code::kUnavailable);
  EXPECT_EQ(with({.kind = Kind::kReset}).error().code, Code::kUnknownOutcome);
  const MonoTime begun = world.now();
  EXPECT_EQ(with({.kind = Kind::kSilence}).error().code, Code::kUnknownOutcome);
  EXPECT_EQ(world.now() - begun, 30s);
  const auto busy =
      with({.kind = Kind::kAnswer, .answer = {.status = 429, .reason = {}, .message = {}, .retry_after = 1s}});
  EXPECT_EQ(busy->status, 429);
  EXPECT_EQ(busy->headers.find("Retry-After"), "1");
  EXPECT_EQ(with({.kind = Kind::kCrash}).error().code, Code::kCancelled);
  EXPECT_TRUE(crashed);
  EXPECT_FALSE(exists("a"));
}

TEST_F(NodeNetworkTest, FaultsAfterTheServer) {
  plan.response.kind = ResponseVerdict::Kind::kReset;
  EXPECT_EQ(call(post("a")).error().code, Code::kUnknownOutcome);
  EXPECT_TRUE(exists("a"));
  plan.response = {.kind = ResponseVerdict::Kind::kAnswer, .answer = {.status = 504}};
  EXPECT_EQ(call(post("b"))->status, 504);
  EXPECT_TRUE(exists("b"));
  plan.response.kind = ResponseVerdict::Kind::kCrashAfter;
  EXPECT_EQ(call(post("c"))->status, 201);
  EXPECT_TRUE(crashed);
}

TEST_F(NodeNetworkTest, WhatWasSentArrivesAfterItsSenderHasDied) {
  for (const bool in_flight : {true, false}) {
    Task<Result<wire::Response>> task = network->call(post(in_flight ? "sent" : "lost"));
    task.start([] {});
    network->cut(in_flight);
    while (world.step(world.now() + 1s)) {
    }
    EXPECT_FALSE(task.done());
    EXPECT_EQ(exists(in_flight ? "sent" : "lost"), in_flight);
    network = std::make_unique<NodeNetwork>(
        Wiring{.executor = world, .random = random, .faults = plan, .story = story},
        NodeNetwork::Node{"node", administrator(), loop, counters, {}}, server
    );
  }
}

TEST_F(NodeNetworkTest, AWatchGoesThroughTheFaults) {
  using Kind = FrameVerdict::Kind;
  const auto stream = watch();
  EXPECT_TRUE(call(post("a")));
  EXPECT_TRUE(read(*stream).contains(R"("name":"a")"));
  plan.frame.kind = Kind::kDrop;
  EXPECT_TRUE(call(post("b")));
  EXPECT_EQ(read(*stream), "silence");
  plan.frame.kind = Kind::kDuplicate;
  EXPECT_TRUE(call(post("c")));
  const std::string twice = read(*stream);
  EXPECT_EQ(twice.substr(0, twice.size() / 2), twice.substr(twice.size() / 2));
  plan.frame = {.kind = Kind::kHold, .delay = 300ms};
  EXPECT_TRUE(call(post("d")));
  const MonoTime begun = world.now();
  EXPECT_TRUE(read(*stream).contains(R"("name":"d")"));
  EXPECT_GE(world.now() - begun, 200ms);
  plan.frame.kind = Kind::kCutInside;
  EXPECT_TRUE(call(post("e")));
  const std::string half = read(*stream);
  EXPECT_FALSE(half.ends_with("\n"));
  EXPECT_EQ(read(*stream), "end");
}

TEST_F(NodeNetworkTest, AWatchExpiresEndsOrBreaks) {
  using Kind = FrameVerdict::Kind;
  for (const auto& [kind, expected] : std::vector<std::pair<Kind, std::string>>{
           {Kind::kEnd, "end"}, {Kind::kBreak, std::string(name_of(Code::kUnknownOutcome))}
       }) {
    const auto stream = watch();
    plan.frame.kind = kind;
    EXPECT_TRUE(call(post("x" + std::to_string(static_cast<int>(kind)))));
    EXPECT_EQ(read(*stream), expected);
  }
  const auto stream = watch();
  plan.frame.kind = Kind::kExpire;
  EXPECT_TRUE(call(post("y")));
  EXPECT_TRUE(read(*stream).contains(R"("code":410)"));
  EXPECT_EQ(read(*stream), "end");
}

TEST_F(NodeNetworkTest, AServerThatIsDownRefusesAndBreaksStreams) {
  const auto stream = watch();
  network->set_state(NodeNetwork::State::kRefused);
  EXPECT_EQ(read(*stream), name_of(Code::kUnknownOutcome));
  EXPECT_EQ(call(post("a")).error().code, Code::kUnavailable);
  network->set_state(NodeNetwork::State::kUp);
  EXPECT_EQ(call(post("a"))->status, 201);
}

TEST_F(NodeNetworkTest, AnIsolatedNodeHearsNothingUntilItIsBack) {
  const auto stream = watch();
  network->set_state(NodeNetwork::State::kIsolated);
  make("other");
  server.handle(post("late"), administrator());
  EXPECT_EQ(read(*stream), "silence");
  EXPECT_EQ(call(post("a")).error().code, Code::kUnknownOutcome);
  network->set_state(NodeNetwork::State::kUp);
  EXPECT_TRUE(read(*stream).contains(R"("name":"late")"));
}

TEST_F(NodeNetworkTest, ADeadProgramMustNotSpeak) {
  network->cut(true);
  network->forbid();
  EXPECT_DEATH((void)network->call(post("a")), "is dead and asks for POST");
}

}  // namespace
}  // namespace snapstash::sim
