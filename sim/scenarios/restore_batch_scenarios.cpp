#include <array>

#include <fmt/format.h>

#include "api/restore_batch.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"
#include "sim/world/demo.hpp"

/// Restores of several members: a PVC of old-data, and one of old-config, by one RestoreBatch `back`.
namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kBatch = api::RestoreBatch::kResource;
constexpr std::string_view kGate = R"({"hooks":{"preRestore":{"httpPost":{"host":"gate","port":80,"path":"/close"}},)"
                                   R"("postRestore":{"httpPost":{"host":"gate","port":80,"path":"/open"}}}})";

json::Value both(const std::string& second = "old-config") {
  return restore_batch("demo", "back", {{{"back-data", "old-data"}}, {{"back-config", second}}});
}

json::Value with(json::Value batch, std::string_view spec_patch) {
  merge_into(batch.at("spec"), spec_patch);
  return batch;
}

/// The second member restores into the class that waits for a pod.
json::Value second_late(json::Value batch) {
  json::Value& target = batch.at("spec").at("members").at(1).at("target");
  target.at("volumeClaimTemplates").at(0).at("spec").as_object()["storageClassName"] = "csi-late";
  return batch;
}

void begin_restore(World& world, json::Value batch) {
  create_demo(world);
  create_snapshot(world, "old-data", "data");
  create_snapshot(world, "old-config", "config");
  world.after(6s, [&world, batch = std::move(batch)] { world.user().create(batch); });
}

std::string expect_member(World& world, std::size_t member, std::string_view phase) {
  const ObjectPtr batch = world.cluster().find(kBatch, "demo", "back");
  if (!batch) return "the batch is gone";
  const auto is = json::find_string(batch->value(), fmt::format("/status/members/{}/phase", member));
  return is == phase ? "" : fmt::format("member {} is \"{}\", not {}", member, is, phase);
}

std::string expect_restored(World& world) {
  return first_of(
      {expect_phase(world, kBatch, "back", "Succeeded"), expect_member(world, 0, "Succeeded"),
       expect_member(world, 1, "Succeeded"), expect_claim(world, "back-data", "old-data"),
       expect_claim(world, "back-config", "old-config")}
  );
}

/// That the second member's PVC was made when the first was bound: provisioning that one fails for 20 s.
std::string expect_in_sequence(World& world) {
  const auto made_at = [&world](std::string_view name) {
    const ObjectPtr claim = world.cluster().find(kinds::kClaim, "demo", name);
    return claim ? parse_time(json::find_string(claim->value(), "/metadata/creationTimestamp")) : std::nullopt;
  };
  const auto first = made_at("back-data"), second = made_at("back-config");
  return first && second && *second >= *first + 19s ? "" : "the second member did not wait for the first";
}

constexpr std::array kScenarios{
    Scenario{
        .name = "restore-batch",
        .what = "two members, each with a PVC from a snapshot",
        .begin = [](World& world) { begin_restore(world, both()); },
        .length = 20s,
        .verdict = expect_restored
    },
    Scenario{
        .name = "restore-batch-sequential",
        .what = "the second member's turn comes when the first has ended",
        .shape =
            [](WorldOptions& options) {
              options.claims = [](const StoredObject& claim) {
                return claim.name() == "back-data" ? ProvisionBehaviour{.error = "no space left", .error_lasts = 20s}
                                                   : ProvisionBehaviour{};
              };
            },
        .begin = [](World& world) { begin_restore(world, with(both(), R"({"executionOrder":"Sequential"})")); },
        .length = 60s,
        .verdict = [](World& world) { return first_of({expect_restored(world), expect_in_sequence(world)}); },
        .each_commit = false
    },
    Scenario{
        .name = "restore-batch-hooks",
        .what = "a batch's own hooks hold a system while all of its members are restored",
        .begin = [](World& world) { begin_restore(world, with(both(), kGate)); },
        .length = 60s,
        .settle = 20min,
        .verdict = [](World& world) -> std::string {
          const auto& asked = world.services().history();
          const bool opened = !asked.empty() && asked.back() == "/open";
          return opened ? "" : "the gate was not opened at last";
        },
        .one_end = false,  // a hook whose node is lost may use up its time
        .each_commit = false
    },
    Scenario{
        .name = "restore-batch-member-fails",
        .what = "the snapshot of one of the members is not there; the other is restored",
        .begin = [](World& world) { begin_restore(world, both("nowhere")); },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kBatch, "back", "Failed"), expect_member(world, 0, "Succeeded"),
                   expect_member(world, 1, "Failed"), expect_claim(world, "back-data", "old-data"),
                   world.cluster().find(kinds::kClaim, "demo", "back-config") ? "PVC back-config is there" : ""}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "restore-batch-waits",
        .what = "one member's StorageClass waits for a pod: Unknown, with the PVCs there",
        .begin = [](World& world) { begin_restore(world, second_late(both())); },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_phase(world, kBatch, "back", "Unknown"), expect_member(world, 0, "Succeeded"),
                   expect_member(world, 1, "Unknown"), expect_claim(world, "back-data", "old-data"),
                   expect_claim(world, "back-config", "old-config", "Pending")}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "restore-batch-deleted",
        .what = "the batch is deleted while it is at work: no PVC is lost or doubled",
        .begin =
            [](World& world) {
              begin_restore(world, both());
              remove_at(world, 7s, kBatch, "back");
            },
        .length = 20s,
        .verdict = [](World& world) { return first_of({expect_none(world, kBatch), expect_none(world, kinds::kJob)}); },
        .one_end = false,  // what had been made by then stays
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> restore_batch_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
