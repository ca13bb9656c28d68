#include <array>

#include "api/restore_session.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"
#include "sim/world/demo.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kRestore = api::RestoreSession::kResource;

/// Snapshots old-data and old-config, and, when they are ready, RestoreSession `back`.
void begin_restore(World& world, json::Value session) {
  create_demo(world);
  create_snapshot(world, "old-data", "data");
  create_snapshot(world, "old-config", "config");
  world.after(6s, [&world, session = std::move(session)] { world.user().create(session); });
}

json::Value both() {
  return restore_session("demo", "back", {{"back-data", "old-data"}, {"back-config", "old-config"}});
}

json::Value with(json::Value session, std::string_view spec_patch) {
  merge_into(session.at("spec"), spec_patch);
  return session;
}

/// Restores in the other class.
json::Value late(json::Value session) {
  for (json::Value& each : session.at("spec").at("target").at("volumeClaimTemplates").as_array()) {
    each.at("spec").as_object()["storageClassName"] = "csi-late";
  }
  return session;
}

std::string expect_restored(World& world) {
  return first_of(
      {expect_phase(world, kRestore, "back", "Succeeded"), expect_claim(world, "back-data", "old-data"),
       expect_claim(world, "back-config", "old-config")}
  );
}

std::string expect_no_claim(World& world, std::string_view name) {
  return world.cluster().find(kinds::kClaim, "demo", name) ? "PVC " + std::string(name) + " is there" : "";
}

Provisioner::Behaviour for_back_config(ProvisionBehaviour behaviour) {
  return [behaviour](const StoredObject& claim) {
    return claim.name() == "back-config" ? behaviour : ProvisionBehaviour{};
  };
}

constexpr std::array kScenarios{
    Scenario{
        .name = "restore",
        .what = "two PVCs from two snapshots",
        .begin = [](World& world) { begin_restore(world, both()); },
        .length = 20s,
        .verdict = expect_restored
    },
    Scenario{
        .name = "restore-small",
        .what = "the templates ask for less than the snapshots need, and the first pod's node is lost",
        .begin =
            [](World& world) {
              json::Value session = both();
              for (json::Value& each : session.at("spec").at("target").at("volumeClaimTemplates").as_array()) {
                merge_into(each, R"({"spec":{"resources":{"requests":{"storage":"1Mi"}}}})");
              }
              begin_restore(world, std::move(session));
              lose_node_of_next_pod(world, "stash-vs-back");
            },
        .length = 60s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Succeeded"), expect_claim(world, "back-data", "old-data"),
                   expect_claim(world, "back-config", "old-config")}
              );
            },
        .one_end = false,  // which pods of a lost node are left depends on when it was lost
        .each_commit = false
    },
    Scenario{
        .name = "restore-replicas",
        .what = "PVCs of a StatefulSet, by ${POD_ORDINAL}",
        .begin =
            [](World& world) {
              create_demo(world);
              create_snapshot(world, "old-data-0", "data");
              create_snapshot(world, "old-data-1", "config");
              json::Value session =
                  restore_session("demo", "back", {{"back-${POD_ORDINAL}", "old-data-${POD_ORDINAL}"}});
              world.after(6s, [&world, session = with(session, R"({"target":{"replicas":2}})")] {
                world.user().create(session);
              });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Succeeded"), expect_claim(world, "back-0", "old-data-0"),
                   expect_claim(world, "back-1", "old-data-1")}
              );
            }
    },
    Scenario{
        .name = "restore-missing",
        .what = "one of the snapshots is not there; nothing is created",
        .begin =
            [](World& world) {
              begin_restore(
                  world, restore_session("demo", "back", {{"back-data", "old-data"}, {"back-config", "nowhere"}})
              );
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Failed"), expect_no_claim(world, "back-data"),
                   expect_no_claim(world, "back-config")}
              );
            }
    },
    Scenario{
        .name = "restore-name-taken",
        .what = "a PVC of that name is there already, and stays as it is",
        .begin =
            [](World& world) {
              begin_restore(world, both());
              create_bound_claim(world, "demo", "back-config");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Failed"), expect_no_claim(world, "back-data"),
                   expect_claim(world, "back-config", "")}
              );
            }
    },
    Scenario{
        .name = "restore-waits",
        .what = "the StorageClass waits for a pod: Unknown, with the PVCs there",
        .begin = [](World& world) { begin_restore(world, late(both())); },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Unknown"),
                   expect_claim(world, "back-data", "old-data", "Pending"),
                   expect_claim(world, "back-config", "old-config", "Pending")}
              );
            }
    },
    Scenario{
        .name = "restore-hangs",
        .what = "one PVC is never filled; when timeOut is over, the session fails",
        .shape = [](WorldOptions& options) { options.claims = for_back_config({.never = true}); },
        .begin = [](World& world) { begin_restore(world, with(both(), R"({"timeOut":"4m"})")); },
        .length = 260s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kRestore, "back", "Failed"), expect_claim(world, "back-data", "old-data")}
              );
            }
    },
    Scenario{
        .name = "restore-heals",
        .what = "provisioning fails for 20 s",
        .shape = [](WorldOptions& options
                 ) { options.claims = for_back_config({.error = "no space left", .error_lasts = 20s}); },
        .begin = [](World& world) { begin_restore(world, both()); },
        .length = 20s,
        .verdict = expect_restored
    },
    Scenario{
        .name = "restore-deleted",
        .what = "the session is deleted while it is at work: no PVC is lost or doubled",
        .begin =
            [](World& world) {
              begin_restore(world, both());
              remove_at(world, 7s, kRestore, "back");
            },
        .length = 20s,
        .verdict = [](World& world
                   ) { return first_of({expect_none(world, kRestore), expect_none(world, kinds::kJob)}); },
        .one_end = false  // what had been made by then stays
    },
};

}  // namespace

std::span<const Scenario> restore_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
