#include <array>

#include <fmt/format.h>

#include "api/backup_batch.hpp"
#include "api/backup_session.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"

/// Batches: Deployment web with PVCs data and config, and PVC db, in one session.
namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kBatches = api::BackupBatch::kResource;
constexpr std::string_view kGate = R"("hooks":{"preBackup":{"httpPost":{"host":"gate","port":80,"path":"/close"}},)"
                                   R"("postBackup":{"httpPost":{"host":"gate","port":80,"path":"/open"}}})";

void begin_batch(World& world, std::string_view schedule, std::string_view spec_patch) {
  create_demo(world);
  create_bound_claim(world, "demo", "db");
  json::Value made = backup_batch("demo", "all", {{"Deployment", "web"}, {"PersistentVolumeClaim", "db"}}, schedule);
  merge_into(made.at("spec"), spec_patch);
  world.user().must_create(made);
}

/// No slot, and a session by hand that may be tried again so often.
void begin_batch_session(World& world, std::string_view spec_patch, int tries = 0) {
  begin_batch(world, kNoon, spec_patch);
  world.after(4s, [&world, tries] {
    json::Value session = batch_session("demo", "by-hand", "all");
    merge_into(session.at("spec"), fmt::format(R"({{"retryLeft":{}}})", tries));
    world.user().create(session);
  });
}

std::string expect_all(World& world) {
  return first_of(
      {expect_sessions(world, {{"Succeeded", 1}}), expect_snapshots(world, {{"data", 1}, {"config", 1}, {"db", 1}})}
  );
}

std::string expect_one_success(World& world) {
  int count = 0;
  for (const ObjectPtr& each : world.cluster().list(api::BackupSession::kResource, "demo")) {
    count += phase_of(*each) == "Succeeded" ? 1 : 0;
  }
  return count == 1 ? "" : "none succeeded";
}

SnapshotBehaviours for_claim(std::string name, SnapshotBehaviour behaviour) {
  return [name, behaviour](const StoredObject& snapshot) {
    const auto claim = json::find_string(snapshot.value(), "/spec/source/persistentVolumeClaimName");
    return claim == name ? behaviour : SnapshotBehaviour{};
  };
}

/// That the second member's turn came when the first was over: its snapshot of config needs 30 s to become ready.
std::string expect_in_sequence(World& world) {
  const ObjectPtr session = world.cluster().find(api::BackupSession::kResource, "demo", "by-hand");
  if (!session) return "the session is gone";
  const auto began = parse_time(json::find_string(session->value(), "/status/snapstash/members/1/began"));
  for (const ObjectPtr& snapshot : world.cluster().list(kinds::kSnapshot, "demo")) {
    if (json::find_string(snapshot->value(), "/spec/source/persistentVolumeClaimName") != "config") continue;
    const auto cut = parse_time(json::find_string(snapshot->value(), "/status/creationTime"));
    if (began && cut && *began >= *cut + 29s) return "";
  }
  return "the second member did not wait for the first";
}

/// That the snapshot of db of the second session was made when that of the first was cut.
std::string expect_later(World& world) {
  std::optional<WallTime> cut;
  std::optional<WallTime> made;
  for (const ObjectPtr& snapshot : world.cluster().list(kinds::kSnapshot, "demo")) {
    if (json::find_string(snapshot->value(), "/spec/source/persistentVolumeClaimName") != "db") continue;
    const auto session = json::find_string(snapshot->value(), "/metadata/annotations/snapstash.dev~1session-name");
    if (session == "by-hand") cut = parse_time(json::find_string(snapshot->value(), "/status/creationTime"));
    if (session == "by-hand-too")
      made = parse_time(json::find_string(snapshot->value(), "/metadata/creationTimestamp"));
  }
  return cut && made && *made >= *cut ? "" : "the second session did not wait for its turn";
}

constexpr std::array kScenarios{
    Scenario{
        .name = "batch",
        .what = "one slot of a batch of a Deployment and a PVC",
        .begin = [](World& world) { begin_batch(world, "3 0 * * *", "{}"); },
        .verdict = expect_all
    },
    Scenario{
        .name = "batch-sequential",
        .what = "the second member's turn comes when the first has ended",
        .shape = [](WorldOptions& options) { options.snapshots = for_claim("config", {.ready_after = 30s}); },
        .begin = [](World& world) { begin_batch_session(world, R"({"executionOrder":"Sequential"})"); },
        .length = 60s,
        .verdict = [](World& world) { return first_of({expect_all(world), expect_in_sequence(world)}); },
        .each_commit = false
    },
    Scenario{
        .name = "batch-member-missing",
        .what = "one of the targets is not there; the other is backed up",
        .begin =
            [](World& world) {
              create_demo(world);
              world.user().must_create(
                  backup_batch("demo", "all", {{"Deployment", "gone"}, {"Deployment", "web"}}, kNoon)
              );
              world.after(4s, [&world] { world.user().create(batch_session("demo", "by-hand", "all")); });
            },
        .length = 40s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kBatches, "all", "Ready"), expect_sessions(world, {{"Failed", 1}}),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "batch-retry-failed-only",
        .what = "the driver refuses one member's snapshot; only that one is tried again",
        .shape = [](WorldOptions& options) { options.snapshots = for_session("by-hand", "db", {.error = "busy"}); },
        .begin =
            [](World& world) {
              begin_batch_session(
                  world,
                  R"({"backupHistoryLimit":5,"retryConfig":{"maxRetry":1,"delay":"10s"},)"
                  R"("snapstash":{"cutDeadline":"2m","retry":"FailedOnly"}})",
                  1
              );
            },
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Failed", 1}, {"Succeeded", 1}}),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}, {"db", 1}})}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "batch-hooks",
        .what = "a batch's own hooks hold a system while all of its members are cut",
        .shape = [](WorldOptions& options) { options.snapshots = for_claim("db", {.cut_after = 5s}); },
        .begin =
            [](World& world) {
              begin_batch_session(
                  world,
                  fmt::format(R"({{{},"backupHistoryLimit":9,"retryConfig":{{"maxRetry":5,"delay":"10s"}}}})", kGate), 5
              );
            },
        .length = 60s,
        .settle = 20min,
        .verdict =
            [](World& world) {
              const auto& asked = world.services().history();
              const bool opened = !asked.empty() && asked.back() == "/open";
              return first_of({expect_one_success(world), opened ? "" : "the gate was not opened at last"});
            },
        .one_end = false
    },
    Scenario{
        .name = "batch-turns",
        .what = "a configuration of one of a batch's targets; the second to come waits until the first one's snapshots "
                "are cut",
        .shape = [](WorldOptions& options) { options.snapshots = for_session("by-hand", "db", {.cut_after = 40s}); },
        .begin =
            [](World& world) {
              begin_batch_session(world, "{}");
              world.user().must_create(backup_configuration("demo", "daily", {"PersistentVolumeClaim", "db"}, kNoon));
              trigger_at(world, 8s, "by-hand-too");
            },
        .length = 60s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_sessions(world, {{"Succeeded", 2}}),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}, {"db", 2}}), expect_later(world)}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "batch-deleted",
        .what = "the batch is deleted while its session is at work; both go, and no snapshot is left uncut",
        .shape = [](WorldOptions& options) { options.snapshots = for_claim("db", {.ready_after = 30s}); },
        .begin =
            [](World& world) {
              begin_batch(world, "3 0 * * *", "{}");
              remove_at(world, 190s, kBatches, "all");
            },
        .settle = 30min,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_none(world, kBatches), expect_none(world, api::BackupSession::kResource),
                   expect_none(world, kinds::kJob)}
              );
            },
        .one_end = false,
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> batch_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
