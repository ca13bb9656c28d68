#include "features/metrics/pusher.hpp"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/metrics/test_objects.hpp"
#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::metrics {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Answers as it is told, 200 otherwise; 0 is a connection that is refused, -1 silence.
class FakeGateway final : public wire::Outbound {
 public:
  explicit FakeGateway(Executor& executor) : executor_(executor) {}
  std::deque<int> answers;
  int always = 200;
  std::vector<std::string> asked;

  Task<Result<int>> ask(wire::Endpoint endpoint, wire::Request request) override {
    asked.push_back(request.method + " " + endpoint.host + endpoint.path_prefix + request.target);
    int status = always;
    if (!answers.empty()) {
      status = answers.front();
      answers.pop_front();
    }
    if (status < 0) co_await sleep_for(executor_, 1h);
    if (status <= 0) co_return fail(Code::kUnavailable, "connection refused");
    co_return status;
  }
  Task<Result<void>> knock(std::string, std::uint16_t) override { co_return {}; }

  std::vector<std::string> news() { return std::exchange(asked, {}); }

 private:
  Executor& executor_;
};

class Lines final : public Log {
 public:
  std::vector<std::string> seen;
  void write(Level level, std::string_view message, std::span<const LogField>) override {
    if (level != Level::kDebug) seen.emplace_back(message);
  }
};

constexpr auto kWeb = "POST gateway/push/metrics/job/backupconfiguration-demo-web";
constexpr auto kOther = "POST gateway/push/metrics/job/backupconfiguration-demo-other";
constexpr auto kWebGone = "DELETE gateway/push/metrics/job/backupconfiguration-demo-web";
constexpr auto kAway = "metrics are not pushed; it is tried again until they are";
constexpr auto kBack = "metrics are pushed again";

struct PusherTest : testing::Test {
  /// Up to where it waits for a change.
  void start() {
    objects.sync();
    tasks.spawn(pusher.run());
    executor.advance(1min);
  }
  void put(const std::string& configuration, const std::string& phase) {
    objects.put_configuration(configuration);
    objects.put_session(configuration, phase);
    executor.run();
  }
  double count(std::string_view name) {
    for (const auto& family : registry.read()) {
      if (family.name == name) return family.samples.front().value;
    }
    return -1;
  }

  ManualExecutor executor;
  TestObjects objects;
  FakeGateway gateway{executor};
  SeededRandom random{1};
  Lines log;
  runtime::Registry registry;
  Pusher pusher{
      *parse_pushgateway("http://gateway:9091/push"), {objects.stores, gateway, executor, random, log, registry}
  };
  TaskGroup tasks{executor};
};

TEST_F(PusherTest, PushesAtOnceThenNoMoreOftenThanAllowed) {
  start();
  executor.advance(1h);
  EXPECT_THAT(gateway.news(), IsEmpty());
  put("web", "Succeeded");
  EXPECT_THAT(gateway.news(), ElementsAre(kWeb));
  put("web", "Failed");
  put("web", "Succeeded");
  put("web", "Failed");
  executor.advance(Pusher::kBetweenSweeps - 1s);
  EXPECT_THAT(gateway.news(), IsEmpty());
  executor.advance(1s);
  EXPECT_THAT(gateway.news(), ElementsAre(kWeb));
  executor.advance(24h);
  EXPECT_THAT(gateway.news(), IsEmpty());
  EXPECT_THAT(log.seen, IsEmpty());
}

TEST_F(PusherTest, WaitsUntilAllIsListed) {
  put("web", "Succeeded");
  tasks.spawn(pusher.run());
  executor.advance(1h);
  EXPECT_THAT(gateway.news(), IsEmpty());
}

TEST_F(PusherTest, AnOutageIsToldOnceAndMadeUpFor) {
  start();
  gateway.always = 0;
  put("web", "Succeeded");
  executor.advance(2h);
  const auto tries = gateway.news().size();
  EXPECT_GE(tries, 20U);  // every five or six minutes in the end
  EXPECT_LE(tries, 32U);
  EXPECT_THAT(log.seen, ElementsAre(kAway));
  EXPECT_EQ(count("snapstash_pushgateway_failures_total"), static_cast<double>(tries));
  put("other", "Failed");  // does not make it try more often
  EXPECT_THAT(gateway.news(), IsEmpty());
  gateway.always = 202;
  executor.advance(7min);
  EXPECT_THAT(gateway.news(), ElementsAre(kOther, kWeb));
  EXPECT_THAT(log.seen, ElementsAre(kAway, kBack));
  EXPECT_EQ(count("snapstash_pushgateway_requests_total"), static_cast<double>(tries + 2));
  gateway.always = 503;
  put("web", "Failed");
  executor.advance(1min);
  EXPECT_THAT(log.seen, ElementsAre(kAway, kBack, kAway));
}

TEST_F(PusherTest, AGatewayThatDoesNotAnswerIsGivenUpOn) {
  start();
  gateway.answers = {-1};
  put("web", "Succeeded");
  EXPECT_THAT(gateway.news(), ElementsAre(kWeb));
  executor.advance(Pusher::kTimeout);
  EXPECT_THAT(log.seen, ElementsAre(kAway));
  executor.advance(Pusher::kBetweenSweeps * 2);
  EXPECT_THAT(gateway.news(), ElementsAre(kWeb));
  EXPECT_THAT(log.seen, ElementsAre(kAway, kBack));
}

TEST_F(PusherTest, AGroupThatIsRefusedDoesNotKeepTheOthersBack) {
  objects.sync();
  put("other", "Succeeded");
  put("web", "Succeeded");
  gateway.answers = {400};
  tasks.spawn(pusher.run());
  executor.run();
  EXPECT_THAT(gateway.news(), ElementsAre(kOther, kWeb));
  executor.advance(1min);
  EXPECT_THAT(gateway.news(), ElementsAre(kOther));  // that one alone
}

TEST_F(PusherTest, AnyOtherAnswerEndsTheSweep) {
  start();
  put("other", "Succeeded");
  executor.advance(1min);
  gateway.news();
  gateway.answers = {404};
  objects.put_session("other", "Failed");
  put("web", "Succeeded");
  EXPECT_THAT(gateway.news(), ElementsAre(kOther));
  executor.advance(1min);
  EXPECT_THAT(gateway.news(), ElementsAre(kOther, kWeb));
}

TEST_F(PusherTest, WhatIsGoneIsDeletedHoweverLongThatTakes) {
  start();
  put("web", "Succeeded");
  executor.advance(1min);
  gateway.news();
  gateway.always = 0;
  objects.remove_configuration("web");
  executor.advance(30min);
  EXPECT_THAT(gateway.news(), testing::Each(kWebGone));
  gateway.always = 202;
  executor.advance(10min);
  EXPECT_THAT(gateway.news(), ElementsAre(kWebGone));
  executor.advance(24h);
  EXPECT_THAT(gateway.news(), IsEmpty());
}

TEST_F(PusherTest, WhatIsMadeAnewIsPushedAfterItsPredecessorIsDeleted) {
  start();
  put("web", "Succeeded");
  executor.advance(1min);
  gateway.news();
  objects.put_configuration("web", "another");
  executor.advance(1min);
  EXPECT_THAT(gateway.news(), ElementsAre(kWebGone, kWeb));
}

TEST_F(PusherTest, EndsInTheMiddleOfARequest) {
  start();
  gateway.answers = {-1};
  put("web", "Succeeded");
  EXPECT_THAT(gateway.news(), SizeIs(1));
  tasks.cancel();
  executor.advance(24h);
  put("web", "Failed");
  EXPECT_THAT(gateway.news(), IsEmpty());
  EXPECT_THAT(log.seen, IsEmpty());
}

}  // namespace
}  // namespace snapstash::metrics
