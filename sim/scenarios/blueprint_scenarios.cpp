#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "sim/scenarios/begin_demo.hpp"
#include "sim/scenarios/expect.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/steps.hpp"
#include "sim/world/demo.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kBlueprint = api::BackupBlueprint::kResource;
constexpr std::string_view kOneSlot = "3 0 * * *";  // three minutes after the start
constexpr std::string_view kMade = "deployment-web";

void create_blueprint(World& world, std::string_view name, std::string_view schedule, std::string_view patch = "{}") {
  json::Value made = json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "BackupBlueprint"},
      {"metadata", json::Object{{"name", name}}},
      {"spec",
       json::Object{
           {"driver", "VolumeSnapshotter"},
           {"schedule", schedule},
           {"retentionPolicy", json::Object{{"name", "keep-last-5"}, {"keepLast", 5}, {"prune", true}}}
       }}
  };
  merge_into(made.at("spec"), patch);
  world.user().must_create(made);
}

void ask_for(World& world, const std::string& blueprints) {
  annotate(world, kinds::kDeployment, "web", {{"stash.appscode.com/backup-blueprint", blueprints}});
}

void ask_for_at(World& world, Duration when, const std::string& blueprints) {
  world.after(when, [&world, blueprints] { ask_for(world, blueprints); });
}

void ask_for_none_at(World& world, Duration when) {
  patch_at(
      world, when, kinds::kDeployment, "web",
      R"({"metadata":{"annotations":{"stash.appscode.com/backup-blueprint":null}}})"
  );
}

/// The configurations in namespace demo are these, and no others.
std::string expect_configurations(World& world, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const ObjectPtr& each : world.cluster().list(kConfiguration, "demo")) found.push_back(each->name());
  std::ranges::sort(found);
  if (found == names) return "";
  std::string all;
  for (const std::string& each : found) all += " " + each;
  return fmt::format("the configurations are{}", all);
}

std::string expect_schedule(World& world, std::string_view name, std::string_view schedule) {
  const ObjectPtr made = world.cluster().find(kConfiguration, "demo", std::string(name));
  if (!made) return fmt::format("configuration {} is not there", name);
  const auto found = json::find_string(made->value(), "/spec/schedule");
  return found == schedule ? "" : fmt::format("{} has the schedule {}, should have {}", name, found, schedule);
}

constexpr std::array kScenarios{
    Scenario{
        .name = "auto-backup",
        .what = "a Deployment asks for a blueprint by annotation, and is backed up at its slot",
        .begin =
            [](World& world) {
              create_demo(world);
              create_blueprint(world, "daily", kOneSlot);
              ask_for_at(world, 4s, "daily");
            },
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_configurations(world, {std::string(kMade)}), expect_sessions(world, {{"Succeeded", 1}}),
                   expect_snapshots(world, {{"data", 1}, {"config", 1}})}
              );
            }
    },
    Scenario{
        .name = "auto-backup-edited",
        .what = "blueprint and annotations are edited, then what came of them by hand; it follows the blueprint",
        .begin =
            [](World& world) {
              create_demo(world);
              create_blueprint(world, "daily", kNoon, R"({"timeOut":"30m"})");
              ask_for(world, "daily");
              world.after(4s, [&world] {
                world.user().patch(kBlueprint, {"", "daily"}, R"({"spec":{"schedule":"0 13 * * *","timeOut":null}})");
              });
              world.after(8s, [&world] {
                annotate(world, kinds::kDeployment, "web", {{"snapstash.dev/snapshot-class", "csi-snapshot-class"}});
              });
              patch_at(world, 12s, kConfiguration, std::string(kMade), R"({"spec":{"schedule":"0 1 1 1 *"}})");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              const ObjectPtr made = world.cluster().find(kConfiguration, "demo", std::string(kMade));
              const bool follows =
                  made && json::find(made->value(), "/spec/timeOut") == nullptr &&
                  json::find_string(made->value(), "/spec/target/snapshotClassName") == "csi-snapshot-class";
              return first_of(
                  {expect_schedule(world, kMade, "0 13 * * *"), follows ? "" : "it does not follow",
                   expect_phase(world, kConfiguration, kMade, "Ready")}
              );
            }
    },
    Scenario{
        .name = "auto-backup-removed",
        .what = "after a backup the annotation goes; so does the configuration, and the snapshots stay",
        .begin =
            [](World& world) {
              create_demo(world);
              create_blueprint(world, "daily", kOneSlot);
              ask_for(world, "daily");
              ask_for_none_at(world, 205s);
            },
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_configurations(world, {}), expect_none(world, kinds::kCronJob),
                   expect_none(world, kinds::kJob), expect_only_ready(world)}
              );
            },
        .one_end = false  // a session that a fault delays is deleted before its snapshots are made
    },
    Scenario{
        .name = "auto-backup-several",
        .what =
            "a second blueprint is asked for beside the first, whose configuration keeps its name; then the first goes",
        .begin =
            [](World& world) {
              create_demo(world);
              create_blueprint(world, "daily", kNoon);
              create_blueprint(world, "weekly", "0 12 * * 0");
              ask_for(world, "daily");
              ask_for_at(world, 5s, "daily, weekly");
              ask_for_at(world, 10s, "weekly");
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              // An operator that did not run in between knows only of the second.
              const bool late = world.cluster().find(kConfiguration, "demo", std::string(kMade)) != nullptr;
              const std::string name = late ? std::string(kMade) : "deployment-web-weekly";
              return first_of({expect_configurations(world, {name}), expect_schedule(world, name, "0 12 * * 0")});
            },
        .one_end = false,
        .each_commit = false
    },
    Scenario{
        .name = "auto-backup-strangers",
        .what = "the name is that of a configuration somebody wrote, which nobody touches; the blueprint comes late",
        .begin =
            [](World& world) {
              create_demo(world);
              world.user().must_create(
                  backup_configuration("demo", std::string(kMade), {"Deployment", "web"}, "0 5 * * *")
              );
              ask_for(world, "daily");
              world.after(4s, [&world] { create_blueprint(world, "daily", kNoon); });
              ask_for_none_at(world, 9s);
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_configurations(world, {std::string(kMade)}), expect_schedule(world, kMade, "0 5 * * *")}
              );
            },
        .each_commit = false
    },
    Scenario{
        .name = "auto-backup-target-gone",
        .what = "the Deployment is deleted, and made anew; its configuration goes and comes with it",
        .begin =
            [](World& world) {
              create_demo(world);
              create_blueprint(world, "daily", kNoon);
              ask_for(world, "daily");
              remove_at(world, 5s, kinds::kDeployment, "web");
              world.after(6s, [&world] {
                create_deployment(world, "demo", "web", {"data", "config"});
                ask_for(world, "daily");
              });
            },
        .length = 20s,
        .verdict =
            [](World& world) {
              return first_of(
                  {expect_configurations(world, {std::string(kMade)}),
                   expect_phase(world, kConfiguration, kMade, "Ready")}
              );
            },
        .each_commit = false
    },
};

}  // namespace

std::span<const Scenario> blueprint_scenarios() { return kScenarios; }

}  // namespace snapstash::sim
