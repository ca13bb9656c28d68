#include "kernel/runtime/lease.hpp"

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kWall{std::chrono::sys_days(std::chrono::year(2026) / 7 / 20)};

struct Candidate {
  ElectionSettings settings{.identity = "me"};
  ElectionState state;
  MonoTime now{1h};

  LeaseAction operator()(const LeaseInput& input) {
    ElectionStep next = step(state, input, settings, {now, kWall});
    state = next.state;
    return next.next;
  }
  bool leads() const { return state.is_leader(settings, now); }

  void win() {
    (*this)(LeaseDue{});
    const auto create = (*this)(LeaseRead{});
    LeaseRecord record = std::get<CreateLease>(create).record;
    record.resource_version = "1";
    (*this)(LeaseWritten{record, now});
  }
};

LeaseRecord of_other(std::string version, WallTime renewed = kWall) {
  return {
      .holder = "other",
      .duration_seconds = 15,
      .acquired = kWall,
      .renewed = renewed,
      .transitions = 4,
      .resource_version = std::move(version)
  };
}

Error refused() { return Error(Code::kConflict, "x"); }

TEST(Lease, CreatesAMissingLease) {
  Candidate me;
  EXPECT_TRUE(std::holds_alternative<ReadLease>(me(LeaseDue{})));
  const auto action = me(LeaseRead{});
  const auto& record = std::get<CreateLease>(action).record;
  EXPECT_EQ(record.holder, "me");
  EXPECT_EQ(record.duration_seconds, 15);
  EXPECT_EQ(record.transitions, 0);
  EXPECT_EQ(record.acquired, kWall);
  EXPECT_FALSE(me.leads());
  const auto next = me(LeaseWritten{record, me.now});
  EXPECT_FALSE(std::get<RetryLater>(next).jittered);
  EXPECT_TRUE(me.leads());
}

TEST(Lease, WaitsForALeaseToRunOutByItsOwnClockOnly) {
  Candidate me;
  me(LeaseDue{});
  // Whatever the record's time says (here: a year ago), it counts from when we first saw it.
  EXPECT_TRUE(std::get<RetryLater>(me(LeaseRead{of_other("7", kWall - std::chrono::hours(8760))})).jittered);
  me.now += 10s;
  EXPECT_TRUE(std::holds_alternative<RetryLater>(me(LeaseRead{of_other("8", kWall + 10s)})));  // renewed: from anew
  me.now += 14999ms;
  EXPECT_TRUE(std::holds_alternative<RetryLater>(me(LeaseRead{of_other("8", kWall + 10s)})));
  me.now += 1ms;
  const auto action = me(LeaseRead{of_other("8", kWall + 10s)});
  const auto& record = std::get<UpdateLease>(action).record;
  EXPECT_EQ(record.holder, "me");
  EXPECT_EQ(record.transitions, 5);
  EXPECT_EQ(record.resource_version, "8");
}

TEST(Lease, TakesAReleasedLeaseAtOnce) {
  Candidate me;
  me(LeaseDue{});
  LeaseRecord free = released(of_other("9"), kWall);
  EXPECT_EQ(free.holder, "");
  EXPECT_EQ(free.duration_seconds, 1);
  EXPECT_EQ(free.resource_version, "9");
  EXPECT_TRUE(std::holds_alternative<UpdateLease>(me(LeaseRead{free})));
}

TEST(Lease, AWriteOfUnknownOutcomeIsFoundOut) {
  Candidate me;
  me(LeaseDue{});
  me(LeaseRead{});
  EXPECT_TRUE(std::get<RetryLater>(me(LeaseFailed{Error(Code::kUnknownOutcome, "reset")})).jittered);
  EXPECT_FALSE(me.leads());
  me(LeaseDue{});
  LeaseRecord mine = of_other("3");
  mine.holder = "me";
  const auto action = me(LeaseRead{mine});
  const auto& record = std::get<UpdateLease>(action).record;
  EXPECT_EQ(record.transitions, 4);  // it was ours already
  EXPECT_EQ(record.acquired, mine.acquired);
}

TEST(Lease, TheLeaderRenewsWithOneRequest) {
  Candidate me;
  me.win();
  me.now += 2s;
  const auto action = me(LeaseDue{});
  EXPECT_EQ(std::get<UpdateLease>(action).record.resource_version, "1");
  EXPECT_EQ(std::get<UpdateLease>(action).record.transitions, 0);
}

TEST(Lease, AFailedRenewalIsReadThenRepeated) {
  Candidate me;
  me.win();
  me.now += 2s;
  me(LeaseDue{});
  EXPECT_TRUE(std::holds_alternative<ReadLease>(me(LeaseFailed{refused()})));
  EXPECT_FALSE(std::get<RetryLater>(me(LeaseFailed{refused()})).jittered);
  EXPECT_TRUE(std::holds_alternative<ReadLease>(me(LeaseDue{})));
  LeaseRecord mine = *me.state.seen;
  mine.resource_version = "5";
  const auto action = me(LeaseRead{mine});
  EXPECT_EQ(std::get<UpdateLease>(action).record.resource_version, "5");
  me(LeaseWritten{mine, me.now});
  EXPECT_TRUE(std::holds_alternative<UpdateLease>(me(LeaseDue{})));  // back on the fast path
  EXPECT_TRUE(me.leads());
}

TEST(Lease, LosesToAnotherHolderAtOnce) {
  Candidate me;
  me.win();
  me(LeaseDue{});
  me(LeaseFailed{refused()});
  EXPECT_TRUE(std::holds_alternative<StepDown>(me(LeaseRead{of_other("5")})));
  EXPECT_EQ(me.state.role, Role::kLost);
  EXPECT_TRUE(std::holds_alternative<StepDown>(me(LeaseDue{})));  // for ever
  EXPECT_TRUE(std::holds_alternative<StepDown>(me(LeaseWritten{of_other("6"), me.now})));
  EXPECT_FALSE(me.leads());
}

TEST(Lease, ADeletedLeaseIsMadeAgainByItsLeader) {
  Candidate me;
  me.win();
  me(LeaseDue{});
  me(LeaseFailed{Error(Code::kNotFound, "gone")});
  EXPECT_TRUE(std::holds_alternative<CreateLease>(me(LeaseRead{})));
  EXPECT_TRUE(me.leads());
}

TEST(Lease, NeverLeaderLaterThanTheSendingOfTheLastRenewalPlusTheDeadline) {
  Candidate me;
  me.win();
  const MonoTime renewed = me.now;
  me.now = renewed + 2s;
  me(LeaseDue{});
  me.now = renewed + 4s;
  me(LeaseWritten{*me.state.seen, renewed + 2s});  // the answer took two seconds
  me.now = renewed + 12s - 1ms;
  EXPECT_TRUE(me.leads());
  me.now = renewed + 12s;
  EXPECT_FALSE(me.leads());
  EXPECT_TRUE(std::holds_alternative<StepDown>(me(LeaseWritten{*me.state.seen, renewed + 11s})));
}

TEST(Lease, AnAnswerThatIsOlderThanTheDeadlineDoesNotMakeALeader) {
  Candidate me;
  me(LeaseDue{});
  me(LeaseRead{});
  me.now += 11s;
  EXPECT_TRUE(std::holds_alternative<StepDown>(me(LeaseWritten{of_other("1"), me.now - 11s})));
}

TEST(Lease, StuckLeadersAreSeen) {
  Candidate me;
  EXPECT_FALSE(is_stuck(me.state, me.settings, me.now, 20s));
  me.win();
  EXPECT_FALSE(is_stuck(me.state, me.settings, me.now + 35s, 20s));
  EXPECT_TRUE(is_stuck(me.state, me.settings, me.now + 35s + 1ms, 20s));
}

TEST(Lease, SettingsAreChecked) {
  EXPECT_TRUE(validate({.identity = "me"}));
  EXPECT_TRUE(validate({.identity = "me", .lease = 137s, .renew_deadline = 107s, .retry = 26s}));
  EXPECT_FALSE(validate({}));
  EXPECT_FALSE(validate({.identity = "me", .lease = 10s}));
  EXPECT_FALSE(validate({.identity = "me", .renew_deadline = 2400ms}));
  EXPECT_FALSE(validate({.identity = "me", .retry = 0s}));
}

}  // namespace
}  // namespace snapstash::runtime
