#include <array>

#include "api/backup_session.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array kScenarios{
    Scenario{
        .name = "retention",
        .what = "four sessions; the newest snapshot of each PVC is kept, and one that is held",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon, R"({"backupHistoryLimit":5})", 1);
              trigger_at(world, 4s, "first");
              when_finished(world, "first", [&world] {
                hold_snapshots_of(world, "data");
                trigger(world, "second");
              });
              when_finished(world, "second", [&world] { trigger(world, "third"); });
              // A view that was old when a session ended leaves something over, and the next session takes it.
              when_finished(world, "third", [&world] { trigger_at(world, 100s, "fourth"); });
            },
        .length = 30s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 4}}), expect_snapshots(world, {{"data", 2}, {"config", 1}})}
              );
            }
    },
    Scenario{
        .name = "retention-dry-run",
        .what = "two sessions; the policy would keep one snapshot of each PVC, and only says so",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon, R"({"backupHistoryLimit":5,"retentionPolicy":{"dryRun":true}})", 1);
              trigger_at(world, 4s, "first");
              when_finished(world, "first", [&world] { trigger(world, "second"); });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 2}}), expect_snapshots(world, {{"data", 2}, {"config", 2}}),
                   expect_condition(world, "second", "RetentionPolicyApplied", "DryRun")}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "retention-blocked",
        .what = "a policy that would delete most of what was adopted stops, and goes on once it is approved",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon, R"({"backupHistoryLimit":5})", 1);
              for (const auto* name : {"data-1", "data-2", "data-3"}) adopt_snapshot(world, name, "data", "daily");
              trigger_at(world, 6s, "first");
              when_finished(world, "first", [&world] {
                // One may go at once, and a view that is old may have seen no more.
                const bool kept = count_snapshots_of(world, "data") >= 3;
                annotate(world, kConfiguration, "daily", {{"test/breaker", kept ? "held" : "let go"}});
                annotate(world, kConfiguration, "daily", {{"snapstash.dev/approve-retention", "keepLast=1"}});
                world.after(60s, [&world] { trigger(world, "second"); });
              });
              // A view that was old when a session ended leaves something over, and the next session takes it.
              when_finished(world, "second", [&world] { trigger_at(world, 100s, "third"); });
            },
        .length = 100s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_annotation(world, kConfiguration, "daily", "test/breaker", "held"),
                   expect_sessions(world, {{"Succeeded", 3}}), expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "left-over",
        .what = "a snapshot that was cut and never became ready goes when a newer one is ready and its time is over",
        .shape = [](WorldOptions& options
                 ) { options.snapshots = for_session("first", "config", {.ready_after = 10h}); },
        .begin =
            [](World& world) {
              begin_demo(world, kNoon, R"({"timeOut":"2m","backupHistoryLimit":5,"snapstash":{"readyDeadline":"4m"}})");
              trigger_at(world, 4s, "first");
              trigger_at(world, 300s, "second");
              when_finished(world, "second", [&world] { trigger_at(world, 160s, "third"); });
            },
        .length = 330s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}, {"Succeeded", 2}}),
                   expect_snapshots(world, {{"data", 3}, {"config", 2}})}
              );
            },
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> retention_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
