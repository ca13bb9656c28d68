#include <array>

#include <fmt/format.h>

#include "api/backup_session.hpp"
#include "api/restore_session.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"
#include "sim/world/demo.hpp"

/// Hooks. That no application stays frozen, and that no snapshot counts that was cut while it was not frozen, is
/// watched in every run (S19, L8).
namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFreezeAndThaw =
    R"("preBackup":{"exec":{"command":["freeze"]}},"postBackup":{"exec":{"command":["thaw"]}})";

/// Two pods of the Deployment, and a session by hand that may be tried again.
void begin_hooks(World& world, std::string_view hooks, std::string_view settings, int tries) {
  begin_demo(
      world, kNoon,
      fmt::format(
          R"({{"backupHistoryLimit":9,"hooks":{{{}}},"retryConfig":{{"maxRetry":{},"delay":"10s"}},"snapstash":{{{}}}}})",
          hooks, tries, settings
      )
  );
  for (const char* name : {"web-1", "web-2"}) create_application_pod(world, "demo", name, "web", {"data", "config"});
  world.after(4s, [&world, tries] {
    json::Value session = backup_session("demo", "by-hand", "daily");
    merge_into(session.at("spec"), fmt::format(R"({{"retryLeft":{}}})", tries));
    world.user().create(session);
  });
}

int count_sessions(World& world, std::string_view phase) {
  int count = 0;
  for (const ObjectPtr& each : world.cluster().list(api::BackupSession::kResource, "demo")) {
    count += phase_of(*each) == phase ? 1 : 0;
  }
  return count;
}

std::string expect_one_success(World& world) { return count_sessions(world, "Succeeded") == 1 ? "" : "none succeeded"; }

/// The application was held for less than that, at least once (a fault may make any single time longer).
std::string expect_short_hold(World& world, Duration limit) {
  std::optional<WallTime> frozen;
  for (const Applications::Executed& each : world.applications().history()) {
    const std::string& command = each.command.front();
    if (command == "freeze") frozen = each.when;
    if (command != "thaw" || !frozen) continue;
    if (each.when - *frozen < limit) return "";
    frozen.reset();
  }
  return fmt::format("the application was never held for less than {}", format_duration(limit));
}

std::string expect_ran(World& world, const std::string& command, bool ran) {
  const bool did = world.applications().count(command) > 0;
  return did == ran ? "" : fmt::format("{} {} run", command, did ? "was" : "was not");
}

/// Once the application is frozen, the Job's pod dies as by the OOM killer.
void kill_when_frozen(World& world) {
  if (world.applications().frozen_pod().empty()) return world.after(20ms, [&world] { kill_when_frozen(world); });
  for (const ObjectPtr& pod : world.cluster().list(kinds::kPod, "demo")) {
    if (!json::find_string(pod->value(), "/metadata/labels/job-name").empty())
      world.kubelet().kill("demo", pod->name());
  }
}

constexpr std::array kScenarios{
    Scenario{
        .name = "hooks",
        .what = "an application is frozen and thawed around its snapshots",
        .begin = [](World& world) { begin_hooks(world, kFreezeAndThaw, R"("cutDeadline":"1m")", 5); },
        .length = 60s,
        .settle = 20min,
        .verdict = expect_one_success,
        .one_end = false  // a fault in the hold fails the session; the next one succeeds
    },
    Scenario{
        .name = "hooks-killed",
        .what = "the Job's pod is killed while the application is frozen",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.cut_after = 5s}); },
        .begin =
            [](World& world) {
              begin_hooks(world, kFreezeAndThaw, R"("cutDeadline":"1m")", 5);
              kill_when_frozen(world);
            },
        .length = 60s,
        .settle = 20min,
        .verdict = expect_one_success,
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-slow",
        .what = "the upload takes minutes; the application is thawed long before",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.ready_after = 120s}); },
        .begin = [](World& world) { begin_hooks(world, kFreezeAndThaw, R"("cutDeadline":"1m")", 5); },
        .length = 60s,
        .settle = 20min,
        .verdict = [](World& world) { return first_of({expect_one_success(world), expect_short_hold(world, 60s)}); },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-driver-fails",
        .what = "one snapshot is never cut; the application is thawed at the deadline",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.error = "out of space"}); },
        .begin = [](World& world) { begin_hooks(world, kFreezeAndThaw, R"("cutDeadline":"30s")", 0); },
        .length = 60s,
        .verdict = [](World& world) { return expect_sessions(world, {{"Failed", 1}}); },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-pre-fails",
        .what = "preBackup fails; nothing is backed up, and postBackup undoes what it may have done",
        .begin =
            [](World& world) {
              begin_hooks(
                  world,
                  R"("preBackup":{"exec":{"command":["fail","not a database"]}},"postBackup":{"exec":{"command":["thaw"]}})",
                  R"("cutDeadline":"1m")", 0
              );
            },
        .length = 60s,
        .verdict =
            [](World& world) {
              return first_of({expect_sessions(world, {{"Failed", 1}}), expect_none(world, kinds::kSnapshot)});
            },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-never",
        .what = "the Job's pod cannot start; no hook runs, and the session ends soon",
        .shape =
            [](WorldOptions& options) {
              options.pods = [](const StoredObject& pod) {
                const bool ours = !json::find_string(pod.value(), "/metadata/labels/job-name").empty();
                return PodTrouble{.unschedulable = ours};
              };
            },
        .begin = [](World& world
                 ) { begin_hooks(world, kFreezeAndThaw, R"("cutDeadline":"30s","readyDeadline":"2m")", 0); },
        .length = 60s,
        .settle = 20min,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}}), expect_ran(world, "freeze", false),
                   expect_ran(world, "thaw", false)}
              );
            },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-on-failure",
        .what = "a postBackup that is for failures only runs when the session has failed",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.error = "out of space"}); },
        .begin =
            [](World& world) {
              begin_hooks(
                  world, R"("postBackup":{"exec":{"command":["thaw"]},"executionPolicy":"OnFailure"})",
                  R"("cutDeadline":"30s")", 0
              );
            },
        .length = 60s,
        .verdict = [](World& world
                   ) { return first_of({expect_sessions(world, {{"Failed", 1}}), expect_ran(world, "thaw", true)}); },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "hooks-restore",
        .what = "a restore runs its hooks in the pods of its target",
        .begin =
            [](World& world) {
              begin_session(world);
              create_application_pod(world, "demo", "web-1", "web", {"data"});
              when_finished(world, "by-hand", [&world] {
                const auto snapshots = world.cluster().list(kinds::kSnapshot, "demo");
                if (snapshots.empty()) return;
                json::Value restore = restore_session("demo", "again", {{"copy", snapshots.front()->name()}});
                merge_into(
                    restore.at("spec"),
                    R"({"target":{"ref":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}},)"
                    R"("hooks":{"preRestore":{"exec":{"command":["freeze"]}},"postRestore":{"exec":{"command":["thaw"]}}}})"
                );
                world.user().create(restore);
              });
            },
        .length = 60s,
        .settle = 20min,
        .verdict =
            [](World& world) {
              const ObjectPtr restore = world.cluster().find(api::RestoreSession::kResource, "demo", "again");
              const std::string phase = restore ? phase_of(*restore) : "";
              const std::string late = phase == "Succeeded" || phase == "Failed" ? "" : "the restore has not ended";
              return first_of({late, expect_ran(world, "thaw", true)});
            },
        .one_end = false,
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> hook_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
