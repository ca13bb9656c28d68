#include "kernel/runtime/elector.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/scripted_transport.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

/// The Lease in memory, with its preconditions, reached over a line that can be cut.
struct SharedLease {
  std::optional<LeaseRecord> record;
  int version = 0;
};

class LeaseLine final : public LeaseApi {
 public:
  LeaseLine(Executor& executor, SharedLease& shared) : executor_(executor), shared_(shared) {}
  bool cut = false;
  int requests = 0;

  Task<Result<std::optional<LeaseRecord>>> read() override {
    co_await travel();
    co_return shared_.record;
  }
  Task<Result<LeaseRecord>> create(LeaseRecord record) override {
    co_await travel();
    if (shared_.record) co_return fail(Code::kAlreadyExists, "exists");
    co_return store(std::move(record));
  }
  Task<Result<LeaseRecord>> update(LeaseRecord record) override {
    co_await travel();
    if (!shared_.record) co_return fail(Code::kNotFound, "gone");
    if (shared_.record->resource_version != record.resource_version) co_return fail(Code::kConflict, "changed");
    co_return store(std::move(record));
  }

 private:
  Task<void> travel() {
    ++requests;
    co_await sleep_for(executor_, 20ms);
    while (cut) co_await sleep_for(executor_, 1s);
  }
  LeaseRecord store(LeaseRecord record) {
    record.resource_version = fmt::format("{}", ++shared_.version);
    shared_.record = record;
    return record;
  }
  Executor& executor_;
  SharedLease& shared_;
};

struct Process {
  Process(ManualExecutor& executor_, SharedLease& shared, const std::string& identity)
      : executor(executor_),
        line(executor_, shared),
        elector(line, {.identity = identity}, "snapstash", {executor_, executor_.clock(), random, log, registry}),
        tasks(executor_) {}

  void start() { tasks.spawn(run()); }
  Task<void> run() {
    co_await elector.acquire();
    co_await elector.hold();
    lost_at = executor.now();
  }

  ManualExecutor& executor;
  LeaseLine line;
  SeededRandom random{5};
  NullLog log;
  Registry registry;
  Elector elector;
  std::optional<MonoTime> lost_at;
  TaskGroup tasks;
};

struct ElectorTest : ::testing::Test {
  ManualExecutor executor;
  SharedLease shared;
  Process a{executor, shared, "a"};
  Process b{executor, shared, "b"};
};

TEST_F(ElectorTest, OneLeadsAndRenewsWithOneRequestEachTwoSeconds) {
  a.start();
  executor.advance(1s);
  b.start();
  executor.advance(1h);
  EXPECT_TRUE(a.elector.is_leader());
  EXPECT_FALSE(b.elector.is_leader());
  EXPECT_EQ(shared.record->transitions, 0);
  EXPECT_NEAR(a.line.requests, 1782, 5);  // 3,600 s / 2.02 s
  EXPECT_LT(b.line.requests, 1800);
  EXPECT_NE(a.registry.expose().find("leader_election_master_status{name=\"snapstash\"} 1"), std::string::npos);
  EXPECT_NE(b.registry.expose().find("leader_election_master_status{name=\"snapstash\"} 0"), std::string::npos);
}

TEST_F(ElectorTest, ACutLeaderStopsBeforeTheNextOneStarts) {
  a.start();
  executor.advance(1s);
  b.start();
  executor.advance(1min);
  a.line.cut = true;
  bool both = false;
  std::optional<MonoTime> b_leads_at;
  for (int i = 0; i < 4000; ++i) {
    executor.advance(10ms);
    both = both || (a.elector.is_leader() && b.elector.is_leader());
    if (!b_leads_at && b.elector.is_leader()) b_leads_at = executor.now();
  }
  EXPECT_FALSE(both);
  ASSERT_TRUE(a.lost_at);
  ASSERT_TRUE(b_leads_at);
  EXPECT_GE(*b_leads_at - *a.lost_at, 4s);
  EXPECT_LE(*b_leads_at - *a.lost_at, 5s + 5s);
  EXPECT_EQ(shared.record->transitions, 1);
  EXPECT_EQ(shared.record->holder, "b");
}

TEST_F(ElectorTest, HealthFailsOnlyWhenALeaderIsStuck) {
  a.start();
  executor.advance(1min);
  EXPECT_TRUE(a.elector.health());
  a.tasks.cancel();       // as if the loop never came back to it
  executor.advance(32s);  // at most 34 s since the last renewal
  EXPECT_FALSE(a.elector.is_leader());
  EXPECT_TRUE(a.elector.health());
  executor.advance(6s);
  EXPECT_FALSE(a.elector.health());
}

TEST_F(ElectorTest, ReleaseLetsTheNextOneStartWithinItsRetry) {
  a.start();
  executor.advance(1s);
  b.start();
  executor.advance(10s);
  a.tasks.cancel();
  EXPECT_TRUE(executor.run_task(a.elector.release()));
  EXPECT_FALSE(a.elector.is_leader());
  EXPECT_EQ(shared.record->holder, "");
  executor.advance(5s);
  EXPECT_TRUE(b.elector.is_leader());
  EXPECT_TRUE(executor.run_task(a.elector.release()));  // not ours any more: nothing to do
  EXPECT_EQ(shared.record->holder, "b");
}

TEST_F(ElectorTest, ReleaseOverALostAnswerReadsAgain) {
  a.start();
  executor.advance(1s);
  a.tasks.cancel();
  shared.record->resource_version = fmt::format("{}", ++shared.version);  // a renewal whose answer was lost
  EXPECT_TRUE(executor.run_task(a.elector.release()));
  EXPECT_EQ(shared.record->holder, "");
}

TEST_F(ElectorTest, SlowPathIsCounted) {
  a.start();
  executor.advance(1s);
  shared.record->resource_version = fmt::format("{}", ++shared.version);
  executor.advance(10s);
  EXPECT_TRUE(a.elector.is_leader());
  EXPECT_NE(a.registry.expose().find("leader_election_slowpath_total{name=\"snapstash\"} 1"), std::string::npos);
}

TEST(ClientLease, SpeaksToTheServer) {
  ManualExecutor executor;
  ScriptedTransport transport(executor);
  SeededRandom random(1);
  const auto credentials = kube::make_fixed_credentials({});
  kube::Client client(transport, *credentials, executor, random, {});
  ClientLease lease(client, "ns", "snapstash");
  const std::string body =
      R"({"metadata":{"resourceVersion":"4"},"spec":{"holderIdentity":"x","leaseDurationSeconds":15,)"
      R"("acquireTime":"2026-07-20T02:00:11.000001Z","renewTime":"2026-07-20T02:00:12.000000Z","leaseTransitions":3}})";
  transport.answers = {
      {404, R"({"kind":"Status","code":404,"reason":"NotFound"})"}, {200, body}, {201, body}, {200, body}
  };
  EXPECT_FALSE(executor.run_task(lease.read()).value());
  const LeaseRecord record = *executor.run_task(lease.read()).value();
  EXPECT_EQ(record.holder, "x");
  EXPECT_EQ(record.duration_seconds, 15);
  EXPECT_EQ(record.transitions, 3);
  EXPECT_EQ(record.resource_version, "4");
  EXPECT_EQ(format_micro_time(*record.acquired), "2026-07-20T02:00:11.000001Z");
  EXPECT_EQ(executor.run_task(lease.create(record)).value(), record);
  EXPECT_EQ(executor.run_task(lease.update(released(record, *record.renewed))).value(), record);
  EXPECT_EQ(transport.requests.at(2).method, "POST");
  EXPECT_EQ(transport.requests.at(3).method, "PATCH");
  EXPECT_EQ(transport.requests.at(3).target, "/apis/coordination.k8s.io/v1/namespaces/ns/leases/snapstash");
  EXPECT_EQ(
      transport.requests.at(3).body,
      R"({"metadata":{"resourceVersion":"4"},"spec":{"holderIdentity":null,"leaseDurationSeconds":1,)"
      R"("acquireTime":"2026-07-20T02:00:12.000000Z","renewTime":"2026-07-20T02:00:12.000000Z","leaseTransitions":3}})"
  );
}

}  // namespace
}  // namespace snapstash::runtime
