#include <array>

#include <fmt/format.h>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"
#include "sim/world/demo.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOneSlot = "3 0 * * *";  // three minutes after the start

std::string expect_cron_job(World& world, std::string_view schedule, bool suspended) {
  const ObjectPtr job = world.cluster().find(kinds::kCronJob, "demo", "stash-trigger-daily");
  if (!job) return "the CronJob is not there";
  if (json::find_string(job->value(), "/spec/schedule") != schedule) return "the CronJob has another schedule";
  return is_true(job->value(), "/spec/suspend") == suspended ? "" : "the CronJob's suspend is wrong";
}

std::string expect_backed_up(World& world) {
  return first_of({expect_sessions(world, {{"Succeeded", 1}}), expect_snapshots(world, {{"data", 1}, {"config", 1}})});
}

constexpr std::array kScenarios{
    Scenario{
        .name = "create",
        .what = "a configuration is created; CronJob, account and binding follow",
        .begin = [](World& world) { begin_demo(world, kNoon); },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kConfiguration, "daily", "Ready"), expect_cron_job(world, kNoon, false)}
              );
            }
    },
    Scenario{
        .name = "update-schedule",
        .what = "the schedule is edited",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon);
              patch_at(world, 4s, kConfiguration, "daily", R"({"spec":{"schedule":"0 13 * * *"}})");
            },
        .length = 20s,
        .verdict = [](World& world) { return expect_cron_job(world, "0 13 * * *", false); }
    },
    Scenario{
        .name = "bad-then-good",
        .what = "a configuration names a target that is not there, and is put right (L5)",
        .begin =
            [](World& world) {
              create_demo(world);
              world.user().must_create(backup_configuration("demo", "daily", {"Deployment", "wbe"}, kNoon));
              patch_at(world, 4s, kConfiguration, "daily", R"({"spec":{"target":{"ref":{"name":"web"}}}})");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kConfiguration, "daily", "Ready"), expect_cron_job(world, kNoon, false)}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "edited-by-hand",
        .what = "somebody edits the CronJob and deletes the account; both come back",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon);
              patch_at(world, 4s, kinds::kCronJob, "stash-trigger-daily", R"({"spec":{"schedule":"0 1 1 1 *"}})");
              remove_at(world, 6s, kinds::kServiceAccount, "stash-trigger-daily");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              const bool account =
                  world.cluster().find(kinds::kServiceAccount, "demo", "stash-trigger-daily") != nullptr;
              return first_of({expect_cron_job(world, kNoon, false), account ? "" : "the account is not back"});
            },
        .each_commit = false
    },
    Scenario{
        .name = "pause",
        .what = "the configuration is paused before its slot; no session comes",
        .begin =
            [](World& world) {
              begin_demo(world, kOneSlot);
              patch_at(world, 4s, kConfiguration, "daily", R"({"spec":{"paused":true}})");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_cron_job(world, kOneSlot, true), expect_none(world, api::BackupSession::kResource)}
              );
            }
    },
    Scenario{
        .name = "delete-configuration",
        .what = "the configuration is deleted; what was made for it goes, its snapshots stay",
        .begin =
            [](World& world) {
              begin_demo(world, kOneSlot);
              remove_at(world, 195s, kConfiguration, "daily");
            },
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_none(world, kinds::kCronJob), expect_none(world, kinds::kJob), expect_only_ready(world)}
              );
            },
        .one_end = false  // a session that a fault delays is deleted before its snapshots are made
    },
    Scenario{
        .name = "tick",
        .what = "one slot of a Deployment with two PVCs",
        .begin = [](World& world) { begin_demo(world, kOneSlot); },
        .verdict = expect_backed_up
    },
    Scenario{
        .name = "tick-stateful-set",
        .what = "one slot of a StatefulSet of three",
        .begin =
            [](World& world) {
              create_storage_classes(world);
              create_namespace(world, "demo");
              create_stateful_set(world, "demo", "db", 3);
              world.user().must_create(backup_configuration("demo", "daily", {"StatefulSet", "db"}, kOneSlot));
            },
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 1}}),
                   expect_snapshots(world, {{"data-db-0", 1}, {"data-db-1", 1}, {"data-db-2", 1}})}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "overlap",
        .what = "a session while the snapshots of another are not cut is skipped",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.cut_after = 150s}); },
        .begin =
            [](World& world) {
              begin_demo(world, kNoon, R"({"backupHistoryLimit":5})");
              trigger_at(world, 4s, "first");
              trigger_at(world, 14s, "second");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, api::BackupSession::kResource, "first", "Succeeded"),
                   expect_phase(world, api::BackupSession::kResource, "second", "Skipped"),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            },
        .one_end = false  // a first session that starts late lets the second overtake it
    },
    Scenario{
        .name = "same-second",
        .what = "two configurations back up one Deployment in the same second; each gets snapshots of its own",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon);
              world.user().must_create(backup_configuration("demo", "other", {"Deployment", "web"}, kNoon));
              trigger_at(world, 4s, "by-hand");
              world.after(4s, [&world] { world.user().create(backup_session("demo", "by-hand-too", "other")); });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 2}}), expect_snapshots(world, {{"data", 2}, {"config", 2}})}
              );
            },
        .one_end = false,  // which of the two gets the four hex digits
        .each_commit = false
    },
    Scenario{
        .name = "claim-missing",
        .what = "one of the PVCs is not there; the other is backed up",
        .begin =
            [](World& world) {
              begin_demo(world, kNoon);
              create_deployment(world, "demo", "half", {"data", "nowhere"});
              world.user().must_create(backup_configuration("demo", "half", {"Deployment", "half"}, kNoon));
              world.after(4s, [&world] { world.user().create(backup_session("demo", "by-hand", "half")); });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of({expect_sessions(world, {{"Failed", 1}}), expect_snapshots(world, {{"data", 1}})});
            }
    },
    Scenario{
        .name = "driver-fails",
        .what = "the driver refuses one snapshot for ever; when its time is over, what was never cut goes",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.error = "out of space"}); },
        .begin = [](World& world) { begin_session(world, R"({"snapstash":{"cutDeadline":"3m"}})"); },
        .length = 260s,
        .verdict =
            [](World& world) {
              return first_of({expect_sessions(world, {{"Failed", 1}}), expect_snapshots(world, {{"data", 1}})});
            }
    },
    Scenario{
        .name = "driver-heals",
        .what = "the driver refuses one snapshot for 20 s",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.error = "busy", .error_lasts = 20s}); },
        .begin = [](World& world) { begin_session(world); },
        .length = 20s,
        .verdict = expect_backed_up,
        .each_commit = false
    },
    Scenario{
        .name = "time-out",
        .what = "a snapshot is cut and not ready within timeOut: the session fails, the snapshot stays",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.ready_after = 8min}); },
        .begin = [](World& world) { begin_session(world, R"({"timeOut":"4m"})"); },
        .length = 260s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}}), expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            }
    },
    Scenario{
        .name = "ready-then-error",
        .what = "an error appears on a snapshot that is ready already",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.late_error = "cannot be listed"}); },
        .begin = [](World& world) { begin_session(world); },
        .length = 20s,
        .verdict = expect_backed_up,
        .each_commit = false
    },
    Scenario{
        .name = "upgrade",
        .what = "the operator is told to stop in the middle of a session, and its successor goes on",
        .begin =
            [](World& world) {
              begin_session(world);
              world.after(5s, [&world] { world.replica().signal(); });
            },
        .length = 20s,
        .verdict = expect_backed_up
    },
    Scenario{
        .name = "namespace-deleted",
        .what = "the namespace is deleted in the middle of a session",
        .begin =
            [](World& world) {
              begin_session(world);
              world.after(6s, [&world] { world.user().remove(kinds::kNamespace, {"", "demo"}); });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              const bool there = world.cluster().find(kinds::kNamespace, "", "demo") != nullptr;
              return std::string(there ? "namespace demo is still there" : "");
            }
    },
    Scenario{
        .name = "node-lost",
        .what = "the node of the snapshotter's pod is lost while it waits",
        .shape = [](WorldOptions& options) { options.snapshots = for_config({.cut_after = 90s}); },
        .begin =
            [](World& world) {
              begin_session(world);
              lose_node_of_next_pod(world, "stash-vs-by-hand");
            },
        .length = 20s,
        .verdict = expect_backed_up,
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> backup_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
