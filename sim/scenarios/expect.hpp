#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/world.hpp"

/// What scenarios say of the state they end in. All return what is wrong, "" when nothing is.
namespace snapstash::sim {

/// Phases of the BackupSessions in namespace demo and how many have each, e.g. {{"Succeeded", 1}}.
std::string expect_sessions(World& world, const std::map<std::string, int>& phases);
/// How many VolumeSnapshots of each PVC in namespace demo are ready, and that no other is there.
std::string expect_snapshots(World& world, const std::map<std::string, int>& ready_by_claim);
/// That every VolumeSnapshot there is in namespace demo is ready.
std::string expect_only_ready(World& world);
/// The phase of an object.
std::string expect_phase(World& world, const kube::Resource& resource, std::string_view name, std::string_view phase);
/// A condition of a BackupSession in namespace demo has that reason.
std::string expect_condition(World& world, std::string_view session, std::string_view type, std::string_view reason);
/// An annotation of an object in namespace demo.
std::string expect_annotation(
    World& world, const kube::Resource& resource, std::string_view name, std::string_view key, std::string_view value
);
/// The PVC is there, filled from that snapshot, and has that phase.
std::string expect_claim(
    World& world, std::string_view name, std::string_view snapshot, std::string_view phase = "Bound"
);
/// No object of that kind is in namespace demo.
std::string expect_none(World& world, const kube::Resource& resource);

/// Returns the first that is not "".
std::string first_of(std::vector<std::string> problems);

std::string phase_of(const StoredObject& object);

}  // namespace snapstash::sim
