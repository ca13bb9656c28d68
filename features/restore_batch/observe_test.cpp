#include "features/restore_batch/observe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cluster/test_context.hpp"
#include "features/restore_batch/sample_batch.hpp"

namespace snapstash::restore_batch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using MemberPhase = api::RestoreBatch::MemberPhase;

struct Observing : testing::Test, cluster::TestContext {
  api::RestoreBatch batch = sample_batch({"web", "db"}, executor.clock().now());

  Sight look() {
    auto sight = executor.run_task(observe(context(), std::make_shared<const api::RestoreBatch>(batch)));
    if (!sight) ADD_FAILURE() << sight.error().message;
    return sight ? *std::move(sight) : Sight{};
  }
};

TEST(ViewOf, MembersEndWellUnlessTheyFail) {
  const auto view = [](MemberPhase phase) {
    api::RestoreBatch::MemberStatus status;
    status.phase = phase;
    return view_of(status, true);
  };
  EXPECT_EQ(view(MemberPhase::kRunning), (batch::Member{.begun = true}));
  EXPECT_EQ(view(MemberPhase::kSucceeded), (batch::Member{.begun = true, .over = true, .well = true}));
  EXPECT_EQ(view(MemberPhase::kUnknown), (batch::Member{.begun = true, .over = true, .well = true}));
  EXPECT_EQ(view(MemberPhase::kFailed), (batch::Member{.begun = true, .over = true}));
}

TEST_F(Observing, SeesAllMembersBeforeAnyHasBegun) {
  const Sight sight = look();
  EXPECT_EQ(sight.invalid, "");
  EXPECT_EQ(sight.seen.members, std::vector<batch::Member>(2));
  EXPECT_FALSE(sight.seen.hooks);
}

TEST_F(Observing, JudgesTheSpecUntilSomethingHasBegun) {
  batch.spec.members[1].target->ref = api::TargetRef{"v1", "Pod", "p", ""};
  EXPECT_THAT(look().invalid, HasSubstr("spec.members[1].target.ref.kind: is \"Pod\""));
  batch.status.snapstash.emplace().members = {{executor.clock().now()}, {}};
  batch.status.members.resize(2);
  const Sight begun = look();
  EXPECT_EQ(begun.invalid, "");
  EXPECT_TRUE(begun.seen.members[0].begun);
  EXPECT_FALSE(begun.seen.members[1].begun);
}

TEST_F(Observing, ReadsItsHooksOffItsConditions) {
  auto& own = batch.spec.hooks.edit();
  own.pre_restore.emplace().tcp_socket = api::TcpSocketAction{"gate", {80}};
  own.post_restore.emplace().tcp_socket = api::TcpSocketAction{"gate", {80}};
  own.post_restore->execution_policy = api::RestoreHookPolicy::kOnFailure;
  hooks::set_outcome(batch.status.conditions, hooks::Kind::kGlobalPreRestore, "", executor.clock().now());
  hooks::set_running(batch.status.conditions, hooks::Kind::kGlobalPostRestore, executor.clock().now());
  const Sight sight = look();
  ASSERT_TRUE(sight.seen.hooks);
  EXPECT_EQ(sight.seen.hooks->pre_outcome, "");
  EXPECT_FALSE(sight.seen.hooks->post_outcome);
  EXPECT_FALSE(sight.seen.hooks->after_success);
  EXPECT_TRUE(sight.seen.hooks->after_failure);
  EXPECT_FALSE(sight.seen.pre_since);
  EXPECT_EQ(sight.seen.post_since, executor.clock().now());
}

}  // namespace
}  // namespace snapstash::restore_batch
