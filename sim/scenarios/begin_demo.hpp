#pragma once
#include <string>
#include <string_view>

#include "api/backup_configuration.hpp"
#include "sim/world/demo.hpp"
#include "sim/world/world.hpp"

/// How most stories of backups begin: namespace demo, Deployment web with PVCs data and config, BackupConfiguration
/// `daily`.
namespace snapstash::sim {

inline constexpr auto kConfiguration = api::BackupConfiguration::kResource;
inline constexpr std::string_view kNoon = "0 12 * * *";  ///< No slot while we look.

/// `spec_patch` is merged into the configuration's spec.
void begin_demo(World& world, std::string_view schedule, std::string_view spec_patch = "{}", int keep_last = 5);

/// Makes a session of it, now or so much later.
void trigger(World& world, const std::string& name);
void trigger_at(World& world, Duration when, const std::string& name);

/// The demo without a slot, and session `by-hand` when all is calm.
void begin_session(World& world, std::string_view spec_patch = "{}");

/// The driver behaves like that for the snapshots of PVC config; of one session and PVC.
SnapshotBehaviours for_config(SnapshotBehaviour behaviour);
SnapshotBehaviours for_session(std::string session, std::string claim, SnapshotBehaviour behaviour);

}  // namespace snapstash::sim
