#include "kernel/runtime/event_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/scripted_transport.hpp"
#include "kernel/runtime/widget_fixture.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kStart{std::chrono::sys_days(std::chrono::year(2026) / 7 / 20)};

EventNews news(std::string reason = "Started", std::string uid = "u1") {
  return {
      EventType::kNormal, {"example.io/v1", "Widget", "ns", "a", std::move(uid), "7"}, std::move(reason), "", "Note."
  };
}

TEST(EventSeries, FirstIsCreatedFirstRepeatPatchedFurtherOnesCounted) {
  EventSeries series;
  const auto first = series.record(news(), "a.1", kStart);
  EXPECT_TRUE(first->create);
  EXPECT_EQ(first->record.name, "a.1");
  const auto second = series.record(news(), "a.2", kStart + 1s);
  EXPECT_FALSE(second->create);
  EXPECT_EQ(second->record.name, "a.1");
  EXPECT_EQ(second->record.count, 2);
  EXPECT_EQ(second->record.first_at, kStart);
  EXPECT_EQ(second->record.last_at, kStart + 1s);
  for (int i = 2; i < 100; ++i) EXPECT_FALSE(series.record(news(), "x", kStart + i * 1s));
  EXPECT_TRUE(series.record(news("Other"), "a.3", kStart)->create);
  EXPECT_TRUE(series.record(news("Started", "u2"), "a.4", kStart)->create);
  EXPECT_EQ(series.size(), 3U);
}

TEST(EventSeries, WhatIsAboutAnotherObjectIsAnotherSeries) {
  EventSeries series;
  EventNews about_a = news();
  about_a.related = {"v1", "PersistentVolumeClaim", "ns", "a", "", ""};
  EventNews about_b = about_a;
  about_b.related.name = "b";
  EXPECT_TRUE(series.record(news(), "n.1", kStart)->create);
  const auto first = series.record(about_a, "n.2", kStart);
  EXPECT_TRUE(first->create);
  EXPECT_TRUE(series.record(about_b, "n.3", kStart)->create);
  EXPECT_FALSE(series.record(about_a, "n.4", kStart)->create);
  EXPECT_EQ(json::find_string(event_json(first->record, {"c", "i"}), "/related/name"), "a");
}

TEST(EventSeries, IsRefreshedEveryHalfHourAndFinishedSixMinutesAfterTheLast) {
  EventSeries series;
  WallTime now = kStart;
  int writes = 0;
  for (int minute = 0; minute < 120; ++minute, now += 1min) {
    if (series.record(news(), "a.1", now)) ++writes;
    for (const EventWrite& write : series.sweep(now)) {
      ++writes;
      EXPECT_FALSE(write.create);
      EXPECT_EQ(write.record.count, minute + 1);
    }
  }
  EXPECT_EQ(writes, 2 + 3);  // the event, its first repeat, and three refreshes in two hours
  EXPECT_TRUE(series.sweep(now).empty());
  const auto last = series.sweep(now + 6min);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last.at(0).record.count, 120);
  EXPECT_EQ(series.size(), 0U);
}

TEST(EventSeries, SingleEventsAreForgottenWithoutAWrite) {
  EventSeries series;
  series.record(news(), "a.1", kStart);
  EXPECT_TRUE(series.sweep(kStart + 7min).empty());
  EXPECT_EQ(series.size(), 0U);
  series.record(news(), "a.2", kStart + 7min);
  EXPECT_TRUE(series.record(news(), "a.3", kStart + 14min)->create);  // too late for the series, swept or not
}

TEST(EventSeries, IsBounded) {
  EventSeries series;
  for (std::size_t i = 0; i < EventSeries::kLimit + 10; ++i) {
    series.record(news("Started", std::to_string(i)), "a", kStart + std::chrono::milliseconds(i));
  }
  EXPECT_EQ(series.size(), EventSeries::kLimit);
  EXPECT_TRUE(series.record(news("Started", "0"), "a", kStart + 5s)->create);
}

TEST(EventText, IsCutBetweenCharactersAndAlwaysUtf8) {
  EXPECT_EQ(fit_text("abc", 3), "abc");
  EXPECT_EQ(fit_text("abcd", 3), "abc");
  EXPECT_EQ(fit_text("aü", 2), "a");
  EXPECT_EQ(fit_text("aü", 3), "aü");
  EXPECT_EQ(fit_text("€🙂", 6), "€");
  EXPECT_EQ(fit_text("€🙂", 7), "€🙂");
  EXPECT_EQ(fit_text("a\xFF\xC3", 9), "a??");
  EXPECT_EQ(fit_text("\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80", 20), "?????????");
}

TEST(EventJson, HasWhatTheServerRequires) {
  EventNews long_news = news(std::string(200, 'r'));
  long_news.note = std::string(2000, 'n');
  long_news.type = EventType::kWarning;
  const json::Value event = event_json({long_news, "a.1", kStart, kStart + 1s, 3}, {"snapstash.io/operator", "pod"});
  EXPECT_EQ(json::find_string(event, "/type"), "Warning");
  EXPECT_EQ(json::find_string(event, "/reason").size(), 128U);
  EXPECT_EQ(json::find_string(event, "/action").size(), 128U);
  EXPECT_EQ(json::find_string(event, "/note").size(), 1024U);
  EXPECT_EQ(json::find_string(event, "/eventTime"), "2026-07-20T00:00:00.000000Z");
  EXPECT_EQ(json::find_string(event, "/metadata/namespace"), "ns");
  EXPECT_EQ(json::find_string(event, "/regarding/uid"), "u1");
  EXPECT_EQ(json::find_string(event, "/reportingController"), "snapstash.io/operator");
  EXPECT_EQ(json::find_string(event, "/reportingInstance"), "pod");
  EXPECT_EQ(
      json::serialize(*json::find(event, "/series")), R"({"count":3,"lastObservedTime":"2026-07-20T00:00:01.000000Z"})"
  );
  EventNews cluster_scoped = news();
  cluster_scoped.regarding.namespace_.clear();
  const json::Value in_default = event_json({cluster_scoped, "a.1", kStart, kStart, 1}, {});
  EXPECT_EQ(json::find_string(in_default, "/metadata/namespace"), "default");
  EXPECT_EQ(json::find(in_default, "/regarding/namespace"), nullptr);
  EXPECT_EQ(json::find(in_default, "/series"), nullptr);
}

struct EventRecorderTest : ::testing::Test {
  ManualExecutor executor;
  ScriptedTransport transport{executor};
  SeededRandom random{1};
  NullLog log;
  Registry registry;
  std::unique_ptr<kube::Credentials> credentials = kube::make_fixed_credentials({});
  kube::Client client{transport, *credentials, executor, random, {}};
  EventRecorder recorder{{"snapstash.io/operator", "pod"}, {client, executor, executor.clock(), random, log, registry}};
  TaskGroup tasks{executor};

  std::vector<std::string> methods() {
    std::vector<std::string> all;
    for (const auto& request : transport.requests) all.push_back(request.method);
    return all;
  }
};

TEST_F(EventRecorderTest, WritesAndPatches) {
  const Widget widget = json::decode<Widget>(parsed(widget_json("a", "u1", 7, 1))).value();
  transport.answers = {{201, "{}"}, {200, "{}"}, {200, "{}"}};
  tasks.spawn(recorder.run());
  for (int i = 0; i < 10; ++i) recorder.normal(reference_to(widget), "Started", "It began.");
  EXPECT_TRUE(transport.requests.empty());  // recording itself does no I/O
  executor.advance(10min);
  EXPECT_THAT(methods(), ::testing::ElementsAre("POST", "PATCH", "PATCH"));
  EXPECT_EQ(transport.targets().at(0), "/apis/events.k8s.io/v1/namespaces/ns/events");
  const json::Value first = parsed(transport.requests.at(0).body);
  EXPECT_EQ(
      transport.targets().at(2),
      "/apis/events.k8s.io/v1/namespaces/ns/events/" + std::string(json::find_string(first, "/metadata/name"))
  );
  EXPECT_EQ(json::find(parsed(transport.requests.at(2).body), "/series/count")->get_int64(), 10);
}

TEST_F(EventRecorderTest, AnEventThatHasExpiredIsWrittenAnew) {
  transport.answers = {{201, "{}"}, {404, status_json(404, "NotFound")}, {201, "{}"}};
  tasks.spawn(recorder.run());
  recorder.record(news());
  recorder.record(news());
  executor.advance(1s);
  EXPECT_THAT(methods(), ::testing::ElementsAre("POST", "PATCH", "POST"));
  EXPECT_EQ(json::find(parsed(transport.requests.at(2).body), "/series/count")->get_int64(), 2);
}

TEST_F(EventRecorderTest, RefusedOnesAreDroppedAndTheNextIsWritten) {
  transport.answers = {{403, status_json(403, "Forbidden")}, {201, "{}"}};
  tasks.spawn(recorder.run());
  recorder.record(news());
  recorder.record(news("Other"));
  executor.advance(1s);
  EXPECT_EQ(transport.requests.size(), 2U);
  EXPECT_NE(registry.expose().find("events_dropped_total 1"), std::string::npos);
}

TEST_F(EventRecorderTest, TriesTwelveTimesThenGoesOn) {
  for (int i = 0; i < 12 * 6; ++i) transport.answers.push_back({503, status_json(503, "ServiceUnavailable")});
  transport.answers.push_back({201, "{}"});
  tasks.spawn(recorder.run());
  recorder.record(news());
  recorder.record(news("Other"));
  executor.advance(1h);
  EXPECT_TRUE(transport.answers.empty());
  EXPECT_NE(registry.expose().find("events_dropped_total 1"), std::string::npos);
}

TEST_F(EventRecorderTest, TheQueueIsBounded) {
  for (std::size_t i = 0; i < EventRecorder::kQueueLimit + 5; ++i) recorder.record(news("Started", std::to_string(i)));
  EXPECT_EQ(recorder.pending(), EventRecorder::kQueueLimit);
  EXPECT_NE(registry.expose().find("events_dropped_total 5"), std::string::npos);
}

}  // namespace
}  // namespace snapstash::runtime
