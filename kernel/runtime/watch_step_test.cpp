#include "kernel/runtime/watch_step.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;
using Phase = WatchState::Phase;
using Type = EventArrived::Type;

/// Feeds inputs one after the other, time standing still unless told.
struct Machine {
  WatchState state;
  MonoTime now{1h};

  WatchStep operator()(const WatchInput& input) {
    WatchStep next = step(state, input, now);
    state = next.state;
    return next;
  }

  /// Brings the machine to where it watches from version 10.
  void watching() {
    (*this)(Begin{});
    (*this)(Opened{});
    (*this)(EventArrived{Type::kBookmark, "10", true});
  }
};

Failed failure(Code code, bool in_stream = false) { return {Error(code, "x"), in_stream}; }

template <class Action>
const Action* next_of(const WatchStep& step) {
  return std::get_if<Action>(&step.next);
}

TEST(WatchStep, StartsWithAWatchListFromAConsistentState) {
  Machine machine;
  const WatchStep first = machine(Begin{});
  EXPECT_TRUE(first.begin_initial);
  EXPECT_EQ(next_of<OpenWatch>(first)->query, (WatchQuery{.initial_events = true, .resource_version = ""}));
  EXPECT_EQ(next_of<Read>(machine(Opened{}))->within, kInitialPatience);
  EXPECT_EQ(machine(EventArrived{Type::kAdded, "7"}).objects, Disposition::kStage);
  EXPECT_EQ(machine(EventArrived{Type::kModified, "8"}).objects, Disposition::kStage);
  EXPECT_EQ(machine(EventArrived{Type::kDeleted, "9"}).objects, Disposition::kUnstage);
  EXPECT_EQ(machine(EventArrived{Type::kBookmark, "9"}).commit, std::nullopt);
  const WatchStep end = machine(EventArrived{Type::kBookmark, "10", true});
  EXPECT_EQ(end.commit, "10");
  EXPECT_EQ(next_of<Read>(end)->within, kDeadPeer);
  EXPECT_EQ(machine.state.resource_version, "10");
}

TEST(WatchStep, LiveEventsChangeTheStoreAndMoveTheVersion) {
  Machine machine;
  machine.watching();
  EXPECT_EQ(machine(EventArrived{Type::kAdded, "11"}).objects, Disposition::kApply);
  EXPECT_EQ(machine(EventArrived{Type::kModified, "12"}).objects, Disposition::kApply);
  EXPECT_EQ(machine(EventArrived{Type::kDeleted, "13"}).objects, Disposition::kRemove);
  const WatchStep bookmark = machine(EventArrived{Type::kBookmark, "20"});
  EXPECT_EQ(bookmark.objects, Disposition::kIgnore);
  EXPECT_EQ(bookmark.advance, "20");
  machine(EventArrived{Type::kModified, "15"});  // repeated: must not move the place to go on from backwards
  EXPECT_EQ(next_of<OpenWatch>(machine(Ended{}))->query.resource_version, "20");
}

TEST(WatchStep, FallsBackToPagesForGoodWhenTheServerRefusesWatchList) {
  Machine machine;
  machine(Begin{});
  const WatchStep refused = machine(failure(Code::kInvalid));
  ASSERT_NE(next_of<ListPage>(refused), nullptr);  // at once: nothing is wrong
  EXPECT_TRUE(refused.begin_initial);
  EXPECT_FALSE(refused.report);
  const WatchStep page = machine(PageArrived{"5", "more"});
  EXPECT_EQ(page.objects, Disposition::kStage);
  EXPECT_EQ(page.commit, std::nullopt);
  EXPECT_EQ(next_of<ListPage>(page)->continue_token, "more");
  const WatchStep last = machine(PageArrived{"5", ""});
  EXPECT_EQ(last.commit, "5");
  EXPECT_EQ(next_of<OpenWatch>(last)->query, (WatchQuery{.initial_events = false, .resource_version = "5"}));
  machine(Opened{});
  machine(failure(Code::kExpired));
  ASSERT_NE(next_of<ListPage>(machine(Begin{})), nullptr);
}

TEST(WatchStep, ABrokenWatchListIsFollowedByOneListInPages) {
  for (const WatchInput& trouble :
       {WatchInput(failure(Code::kUnknownOutcome)), WatchInput(Ended{}), WatchInput(Silent{}),
        WatchInput(failure(Code::kMalformed)), WatchInput(failure(Code::kExpired, true))}) {
    Machine machine;
    machine(Begin{});
    machine(Opened{});
    machine(EventArrived{Type::kAdded, "7"});
    EXPECT_EQ(next_of<Wait>(machine(trouble))->delay, 800ms);
    ASSERT_NE(next_of<ListPage>(machine(Begin{})), nullptr);
    machine(PageArrived{"9", ""});
    machine(Opened{});
    machine(failure(Code::kExpired));
    EXPECT_TRUE(next_of<OpenWatch>(machine(Begin{}))->query.initial_events);  // tried again next time
  }
}

TEST(WatchStep, ServerThatIsAwayDoesNotSpeakAgainstWatchList) {
  for (const Code code : {Code::kUnavailable, Code::kTooManyRequests, Code::kForbidden, Code::kNotFound}) {
    Machine machine;
    machine(Begin{});
    machine(failure(code));
    const WatchStep again = machine(Begin{});
    ASSERT_NE(next_of<OpenWatch>(again), nullptr);
    EXPECT_TRUE(again.begin_initial);
  }
}

TEST(WatchStep, InitialEventsThatDoNotEndAreGivenUp) {
  Machine machine;
  machine(Begin{});
  machine(Opened{});
  machine.now += 50s;
  machine(EventArrived{Type::kAdded, "7"});
  machine.now += 50s;
  EXPECT_NE(next_of<Read>(machine(EventArrived{Type::kBookmark, "8"})), nullptr);  // there was progress
  machine.now += 11s;
  EXPECT_NE(next_of<Wait>(machine(EventArrived{Type::kBookmark, "9"})), nullptr);
  ASSERT_NE(next_of<ListPage>(machine(Begin{})), nullptr);
}

TEST(WatchStep, ExpiredContinueTokenStartsTheListAgain) {
  Machine machine;
  machine.state.watch_list_supported = false;
  machine(Begin{});
  machine(PageArrived{"5", "more"});
  EXPECT_NE(next_of<Wait>(machine(failure(Code::kExpired))), nullptr);
  const WatchStep again = machine(Begin{});
  EXPECT_TRUE(again.begin_initial);
  EXPECT_EQ(next_of<ListPage>(again)->continue_token, "");
}

TEST(WatchStep, NormalEndGoesOnAtOnceFromTheLastVersion) {
  Machine machine;
  machine.watching();
  machine.now += 30min;
  const WatchStep next = machine(Ended{});
  EXPECT_EQ(next_of<OpenWatch>(next)->query.resource_version, "10");
  EXPECT_FALSE(next.begin_initial);
  EXPECT_FALSE(next.report);
}

TEST(WatchStep, VeryShortWatchBacksOff) {
  Machine machine;
  machine.watching();
  machine.now += 1min;
  machine(Ended{});
  machine(Opened{});
  machine.now += 999ms;
  EXPECT_EQ(next_of<Wait>(machine(Ended{}))->delay, 800ms);
  EXPECT_EQ(next_of<OpenWatch>(machine(Begin{}))->query.resource_version, "10");
  machine(Opened{});
  EXPECT_EQ(next_of<Wait>(machine(Ended{}))->delay, 1600ms);
  machine(Begin{});
  machine(Opened{});
  machine(EventArrived{Type::kModified, "11"});
  EXPECT_NE(next_of<OpenWatch>(machine(Ended{})), nullptr);  // an event came: not a hot loop
}

TEST(WatchStep, SilenceIsADeadPeer) {
  Machine machine;
  machine.watching();
  const WatchStep next = machine(Silent{});
  EXPECT_EQ(next_of<OpenWatch>(next)->query.resource_version, "10");
  EXPECT_TRUE(next.report);
}

TEST(WatchStep, WhatEachErrorOfAWatchMeans) {
  struct Case {
    Failed failed;
    bool starts_over;
  };
  for (const Case& c : {
           Case{failure(Code::kExpired), true},
           Case{failure(Code::kExpired, true), true},
           Case{failure(Code::kTooLargeVersion), true},
           Case{failure(Code::kMalformed), true},
           Case{failure(Code::kNotFound), true},
           Case{failure(Code::kInvalid), true},
           Case{failure(Code::kUnknownOutcome, true), true},  // an ERROR event of 500
           Case{failure(Code::kUnknownOutcome), false},       // the connection broke
           Case{failure(Code::kUnavailable), false},
           Case{failure(Code::kTooManyRequests, true), false},
           Case{failure(Code::kUnauthorized), false},
           Case{failure(Code::kForbidden), false},
       }) {
    Machine machine;
    machine.watching();
    const WatchStep next = machine(c.failed);
    EXPECT_EQ(next_of<Wait>(next)->delay, 800ms);
    EXPECT_TRUE(next.report);
    EXPECT_EQ(machine(Begin{}).begin_initial, c.starts_over) << name_of(c.failed.error.code);
  }
}

TEST(WatchStep, GivesUpAVersionThatCannotBeResumed) {
  Machine machine;
  machine.watching();
  for (unsigned i = 0; i < kResumeAttempts; ++i) {
    machine(failure(Code::kUnknownOutcome));
    EXPECT_FALSE(machine(Begin{}).begin_initial) << i;
  }
  machine(failure(Code::kUnknownOutcome));
  EXPECT_TRUE(machine(Begin{}).begin_initial);
}

TEST(WatchStep, HonoursRetryAfter) {
  Machine machine;
  machine.watching();
  Failed busy = failure(Code::kTooManyRequests);
  busy.error.retry_after = 17s;
  EXPECT_EQ(next_of<Wait>(machine(busy))->delay, 17s);
}

TEST(WatchStep, ARefusedListIsReadAgainLater) {
  Machine machine;
  machine.watching();
  EXPECT_NE(next_of<Wait>(machine(Refused{})), nullptr);
  EXPECT_TRUE(machine(Begin{}).begin_initial);
}

}  // namespace
}  // namespace snapstash::runtime
