#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sim/world/world.hpp"

/// What people and machines do in scenarios, some time after the start. Whatever is not there by then is left alone.
namespace snapstash::sim {

/// Merges JSON text into a value.
void merge_into(json::Value& value, std::string_view patch);

/// A user patches or deletes an object of namespace demo.
void patch_at(
    World& world, Duration when, const kube::Resource& resource, const std::string& name, const std::string& patch
);
void remove_at(World& world, Duration when, const kube::Resource& resource, const std::string& name);

/// A user puts snapstash.dev/hold on the snapshots of a PVC.
void hold_snapshots_of(World& world, std::string_view claim);

/// A user annotates an object of namespace demo.
void annotate(
    World& world, const kube::Resource& resource, const std::string& name,
    const std::map<std::string, std::string>& annotations
);

/// A user takes a snapshot of a PVC of namespace demo.
void create_snapshot(World& world, const std::string& name, const std::string& claim);

/// A snapshot that no session made, and that a user gave to a configuration (`kubectl stash adopt`).
void adopt_snapshot(World& world, const std::string& name, const std::string& claim, const std::string& configuration);

/// How many snapshots of a PVC there are in namespace demo, those that are being deleted left out.
int count_snapshots_of(World& world, std::string_view claim);

/// Does something once that BackupSession of namespace demo has ended.
void when_finished(World& world, std::string session, std::function<void()> then);

/// The node of the first pod of that Job is lost as soon as the pod runs, and stays away.
void lose_node_of_next_pod(World& world, std::string job);

}  // namespace snapstash::sim
