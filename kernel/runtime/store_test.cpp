#include "kernel/runtime/store.hpp"

#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kernel/runtime/widget_fixture.hpp"

namespace snapstash::runtime {
namespace {

struct StoreTest : ::testing::Test {
  Store<Widget> store;
  std::vector<std::string> seen;
  Subscription subscription = store.on_change([this](const Change<Widget>& change) {
    const auto size = [](const auto& object) { return object ? fmt::format("{}", object->size) : "-"; };
    seen.push_back(fmt::format("{}:{}>{}", change.key, size(change.before), size(change.after)));
  });

  std::vector<std::string> take_seen() { return std::exchange(seen, {}); }

  void sync(std::vector<std::string> objects, int version) {
    store.begin_initial();
    for (const std::string& object : objects) EXPECT_FALSE(store.stage(parsed(object)));
    EXPECT_TRUE(store.commit(fmt::format("{}", version)));
  }
};

using Seen = std::vector<std::string>;

/// Nobody can change what others see: the compiler would refuse it.
TEST_F(StoreTest, B31HandsOutConstantObjects) {
  static_assert(std::is_const_v<std::remove_reference_t<decltype(*store.get(""))>>);
  static_assert(std::is_const_v<std::remove_reference_t<decltype(*store.objects().front())>>);
  static_assert(std::is_const_v<std::remove_reference_t<decltype(*store.find_by("", "").front())>>);
  static_assert(std::is_const_v<std::remove_reference_t<decltype(*Change<Widget>{}.after)>>);
}

TEST_F(StoreTest, InitialListIsShownAtOnceInKeyOrder) {
  store.begin_initial();
  store.stage(parsed(widget_json("b", "u2", 2, 20)));
  store.stage(parsed(widget_json("a", "u1", 9, 10)));
  EXPECT_FALSE(store.synced());
  EXPECT_EQ(store.get("ns/a"), nullptr);
  EXPECT_TRUE(store.commit("9"));
  EXPECT_TRUE(store.synced());
  EXPECT_EQ(store.get("ns/a")->size, 10);
  EXPECT_EQ(store.resource_version(), "9");
  EXPECT_EQ(take_seen(), (Seen{"ns/a:->10", "ns/b:->20"}));
}

TEST_F(StoreTest, LaterListReportsTheDifferenceDeletionsIncluded) {
  sync({widget_json("a", "u1", 1, 10), widget_json("b", "u2", 2, 20), widget_json("d", "u4", 3, 40)}, 5);
  take_seen();
  const auto unchanged = store.get("ns/a");
  sync({widget_json("a", "u1", 1, 10), widget_json("c", "u3", 8, 30), widget_json("d", "u4", 9, 41)}, 10);
  EXPECT_EQ(take_seen(), (Seen{"ns/b:20>-", "ns/c:->30", "ns/d:40>41"}));
  EXPECT_EQ(store.get("ns/a"), unchanged);
}

TEST_F(StoreTest, EventsApplyAndRemove) {
  sync({}, 5);
  store.apply(parsed(widget_json("a", "u1", 6, 1)));
  store.apply(parsed(widget_json("a", "u1", 7, 2)));
  store.remove(parsed(widget_json("a", "u1", 8, 2)));
  store.remove(parsed(widget_json("never", "u9", 9, 2)));
  EXPECT_EQ(take_seen(), (Seen{"ns/a:->1", "ns/a:1>2", "ns/a:2>-"}));
  EXPECT_EQ(store.resource_version(), "9");
}

TEST_F(StoreTest, OlderAndRepeatedVersionsAreIgnored) {
  sync({widget_json("a", "u1", 100, 1)}, 100);
  take_seen();
  store.apply(parsed(widget_json("a", "u1", 99, 7)));
  store.apply(parsed(widget_json("a", "u1", 100, 7)));
  store.remove(parsed(widget_json("a", "u1", 98, 7)));
  store.apply(parsed(widget_json("ghost", "u2", 97, 7)));  // deleted long ago; must not come back
  EXPECT_EQ(take_seen(), Seen{});
  EXPECT_EQ(store.stale_skips(), 4U);
  store.advance("50");
  EXPECT_EQ(store.resource_version(), "100");
}

TEST_F(StoreTest, AnOlderListIsRefusedWhole) {
  sync({widget_json("a", "u1", 100, 1)}, 100);
  take_seen();
  store.begin_initial();
  EXPECT_FALSE(store.commit("99"));
  EXPECT_EQ(store.get("ns/a")->size, 1);
  EXPECT_EQ(take_seen(), Seen{});
  EXPECT_EQ(store.resource_version(), "100");
}

TEST_F(StoreTest, AnotherUidIsADeletionAndAnAddition) {
  sync({widget_json("a", "u1", 1, 1)}, 1);
  store.apply(parsed(widget_json("a", "u2", 2, 2)));
  sync({widget_json("a", "u3", 3, 3)}, 3);
  EXPECT_EQ(take_seen(), (Seen{"ns/a:->1", "ns/a:1>-", "ns/a:->2", "ns/a:2>-", "ns/a:->3"}));
}

TEST_F(StoreTest, AnUndecodableObjectKeepsItsMetadataAndComesBack) {
  sync({widget_json("a", "u1", 1, 1)}, 1);
  take_seen();
  const auto problem =
      store.apply(parsed(R"({"metadata":{"namespace":"ns","name":"a","uid":"u1","resourceVersion":"2"},"size":"many"})")
      );
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->code, Code::kMalformed);
  EXPECT_EQ(store.get("ns/a"), nullptr);
  ASSERT_NE(store.broken("ns/a"), nullptr);
  EXPECT_EQ(store.broken("ns/a")->uid, "u1");
  EXPECT_EQ(store.broken("ns/a")->resource_version, "2");
  store.apply(parsed(widget_json("a", "u1", 3, 5)));
  EXPECT_EQ(store.broken("ns/a"), nullptr);
  EXPECT_EQ(take_seen(), (Seen{"ns/a:1>-", "ns/a:->5"}));
  EXPECT_TRUE(store.stage(parsed(R"({"kind":"Widget"})")));
}

TEST_F(StoreTest, UnstagedObjectsAreNotPartOfTheList) {
  store.begin_initial();
  store.stage(parsed(widget_json("a", "u1", 1, 1)));
  store.stage(parsed(widget_json("b", "u2", 2, 2)));
  store.unstage(parsed(widget_json("a", "u1", 3, 1)));
  store.commit("3");
  EXPECT_EQ(take_seen(), Seen{"ns/b:->2"});
}

TEST_F(StoreTest, WhatWasStagedBeforeARestartIsForgotten) {
  store.begin_initial();
  store.stage(parsed(widget_json("a", "u1", 1, 1)));
  sync({widget_json("b", "u2", 2, 2)}, 2);
  EXPECT_EQ(take_seen(), Seen{"ns/b:->2"});
}

TEST_F(StoreTest, IndexesFollowEveryChange) {
  const auto parity = [](const Widget& widget) { return Seen{widget.size % 2 == 0 ? "even" : "odd"}; };
  sync({widget_json("b", "u2", 1, 2)}, 1);
  store.add_index("parity", parity);
  store.apply(parsed(widget_json("a", "u1", 2, 4)));
  const auto names = [&](std::string_view value) {
    Seen found;
    for (const auto& widget : store.find_by("parity", value)) found.push_back(widget->metadata.name);
    return found;
  };
  EXPECT_EQ(names("even"), (Seen{"a", "b"}));
  store.apply(parsed(widget_json("a", "u1", 3, 5)));
  EXPECT_EQ(names("even"), Seen{"b"});
  EXPECT_EQ(names("odd"), Seen{"a"});
  sync({widget_json("c", "u3", 4, 7)}, 4);
  EXPECT_EQ(names("even"), Seen{});
  EXPECT_EQ(names("odd"), Seen{"c"});
  EXPECT_TRUE(store.find_by("no such index", "x").empty());
}

TEST_F(StoreTest, ListenersSeeTheWholeListAndMayGo) {
  std::size_t objects_seen = 0;
  int progress = 0;
  Subscription looks = store.on_change([&](const Change<Widget>&) { objects_seen = store.size(); });
  Subscription progresses = store.on_progress([&] { ++progress; });
  sync({widget_json("a", "u1", 1, 1), widget_json("b", "u2", 2, 2)}, 2);
  EXPECT_EQ(objects_seen, 2U);
  EXPECT_EQ(progress, 1);
  looks.reset();
  store.apply(parsed(widget_json("c", "u3", 3, 3)));
  EXPECT_EQ(objects_seen, 2U);
  store.advance("7");
  EXPECT_EQ(progress, 3);
}

TEST_F(StoreTest, KnowsWhetherAWriteIsContained) {
  EXPECT_FALSE(store.has_seen("3"));
  EXPECT_TRUE(store.has_seen(""));
  sync({}, 5);
  EXPECT_TRUE(store.has_seen("5"));
  EXPECT_FALSE(store.has_seen("10"));
  store.advance("10");
  EXPECT_TRUE(store.has_seen("10"));
}

TEST(Key, JoinsAndSplits) {
  EXPECT_EQ(key_of("ns", "a"), "ns/a");
  EXPECT_EQ(key_of("", "a"), "a");
  EXPECT_EQ(split_key("ns/a").namespace_, "ns");
  EXPECT_EQ(split_key("ns/a").name, "a");
  EXPECT_EQ(split_key("a").namespace_, "");
  EXPECT_EQ(split_key("a").name, "a");
}

TEST(ResourceVersion, ComparesByLengthThenLexically) {
  EXPECT_TRUE(is_older("9", "10"));
  EXPECT_TRUE(is_older("100", "101"));
  EXPECT_FALSE(is_older("101", "101"));
  EXPECT_FALSE(is_older("11", "9"));
  for (const auto* odd : {"", "0", "007", "12a", "-1"}) {
    EXPECT_FALSE(is_comparable(odd)) << odd;
    EXPECT_FALSE(is_older(odd, "5")) << odd;
    EXPECT_FALSE(is_older("5", odd)) << odd;
  }
}

}  // namespace
}  // namespace snapstash::runtime
