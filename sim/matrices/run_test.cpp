#include "sim/matrices/run.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/scenarios/request_budget.hpp"

namespace snapstash::sim {
namespace {

class EachScenario : public testing::TestWithParam<std::size_t> {
 protected:
  static const Scenario& scenario() { return scenarios()[GetParam()]; }
};

TEST_P(EachScenario, KeepsItsPromisesAndItsBudget) {
  const RunResult result = run({.scenario = &scenario()}, {});
  for (const Violation& each : result.violations) ADD_FAILURE() << each.invariant << ": " << each.what;
  EXPECT_EQ(request_budget(scenario().name), result.requests);
}

std::string name_of_case(const testing::TestParamInfo<std::size_t>& info) {
  std::string name(scenarios()[info.param].name);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Run, EachScenario, testing::Range<std::size_t>(0, scenarios().size()), name_of_case);

TEST(Run, IsTheSameForTheSameSeed) {
  const Scenario& tick = *find_scenario("tick");
  const Strike strike{"operator-0", Aim::kWrite, 7, Effect::kCrashUnanswered};
  const auto trace = [&](std::uint64_t seed) {
    return run({.scenario = &tick, .strikes = {strike}, .seed = seed}, {}).trace_id;
  };
  EXPECT_EQ(trace(3), trace(3));
  EXPECT_NE(trace(3), trace(4));
}

TEST(Run, SaysWhatAFaultBroke) {
  // A scenario whose demands nobody can meet: that the end is looked at must be visible.
  Scenario impossible = *find_scenario("create");
  impossible.verdict = [](World&) { return std::string("impossible"); };
  const RunResult result = run({.scenario = &impossible}, {});
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].what, "impossible");
}

TEST(RequestBudget, IsWhatTheDocumentSays) {
  std::ifstream file(SNAPSTASH_PERFORMANCE_PAGE);
  ASSERT_TRUE(file);
  std::stringstream text;
  text << file.rdbuf();
  for (const Scenario& each : scenarios()) {
    const std::string row = fmt::format("| {} | {} |", each.name, *request_budget(each.name));
    EXPECT_NE(text.str().find(row), std::string::npos) << "docs/performance.md lacks: " << row;
  }
}

/// A process that was started anew must not be told what its earlier life was told: no server would.
TEST(Strike, ReplaysAnEventOnTheStreamThatHadIt) {
  const std::vector<Strike> replay{{"operator-0", Aim::kFrame, 2, Effect::kReplay}};
  for (const std::uint64_t second : {1U, 2U}) {
    StrikePlan plan(replay);
    plan.on_frame({.node = "operator-0", .target = "/x?watch=true", .watch = 1, .frame = 1, .text = "first\n"});
    const FrameVerdict verdict =
        plan.on_frame({.node = "operator-0", .target = "/x?watch=true", .watch = second, .frame = 2, .text = "b\n"});
    EXPECT_EQ(verdict.kind == FrameVerdict::Kind::kInsert, second == 1);
    EXPECT_EQ(verdict.text, second == 1 ? "first\n" : "");
  }
}

TEST(Strike, IsReadAsItIsWritten) {
  const Strike strike{"snapshotter", Aim::kFrame, 12, Effect::kCutInside};
  EXPECT_EQ(to_text(strike), "snapshotter:frame:12:cut-inside");
  EXPECT_EQ(parse_strike(to_text(strike)).value(), strike);
  for (const char* wrong :
       {"", "operator-0:write:7", "operator-0:read:7:404", "operator-0:write:0:404", "x:call:1:no"}) {
    EXPECT_FALSE(parse_strike(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace snapstash::sim
