#include <array>

#include <fmt/format.h>

#include "api/backup_session.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

/// A session that may be tried again so often, 10 s after it has failed, with three minutes for its snapshots to be
/// cut.
void begin_retry(World& world, std::string_view what, int tries) {
  begin_demo(
      world, kNoon,
      fmt::format(
          R"({{"backupHistoryLimit":5,"retryConfig":{{"maxRetry":{},"delay":"10s"}},)"
          R"("snapstash":{{"cutDeadline":"3m","retry":"{}"}}}})",
          tries, what
      )
  );
  world.after(4s, [&world, tries] {
    json::Value session = backup_session("demo", "by-hand", "daily");
    merge_into(session.at("spec"), fmt::format(R"({{"retryLeft":{}}})", tries));
    world.user().create(session);
  });
}

constexpr std::array kScenarios{
    Scenario{
        .name = "retry",
        .what = "a session fails, and all of it is tried again",
        .shape = [](WorldOptions& options) { options.snapshots = for_session("by-hand", "config", {.error = "busy"}); },
        .begin = [](World& world) { begin_retry(world, "All", 1); },
        .length = 230s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}, {"Succeeded", 1}}),
                   expect_snapshots(world, {{"data", 2}, {"config", 1}})}
              );
            }
    },
    Scenario{
        .name = "retry-failed-only",
        .what = "a session fails, and the volume that failed is tried again",
        .shape = [](WorldOptions& options) { options.snapshots = for_session("by-hand", "config", {.error = "busy"}); },
        .begin = [](World& world) { begin_retry(world, "FailedOnly", 1); },
        .length = 230s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}, {"Succeeded", 1}}),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "retry-exhausted",
        .what = "a session fails, and so do both of its retries; there is no other",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.error = "out of space"}); },
        .begin = [](World& world) { begin_retry(world, "FailedOnly", 2); },
        .length = 600s,
        .verdict =
            [](World& world) {
              return first_of({expect_sessions(world, {{"Failed", 3}}), expect_snapshots(world, {{"data", 1}})});
            },
        .each_commit = false
    },
    Scenario{
        .name = "turns",
        .what = "two configurations of one Deployment; the second waits until the first one's snapshots are cut",
        .shape = [](WorldOptions& options
                 ) { options.snapshots = for_session("by-hand", "config", {.cut_after = 40s}); },
        .begin =
            [](World& world) {
              begin_demo(world, kNoon);
              world.user().must_create(backup_configuration("demo", "other", {"Deployment", "web"}, kNoon));
              trigger_at(world, 4s, "by-hand");
              world.after(8s, [&world] { world.user().create(backup_session("demo", "by-hand-too", "other")); });
            },
        .length = 60s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 2}}), expect_snapshots(world, {{"data", 2}, {"config", 2}})}
              );
            },
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> retry_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
