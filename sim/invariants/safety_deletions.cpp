#include <fmt/format.h>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_session.hpp"
#include "sim/invariants/marks.hpp"
#include "sim/invariants/safety.hpp"
#include "sim/scenarios/expect.hpp"

namespace snapstash::sim {
namespace {

bool is_final(std::string_view phase) { return phase == "Succeeded" || phase == "Failed" || phase == "Skipped"; }

bool is_held(const StoredObject& snapshot) {
  return json::find_string(snapshot.value(), "/metadata/labels/snapstash.dev~1hold") == "true" ||
         json::find_string(snapshot.value(), "/metadata/annotations/snapstash.dev~1hold") == "true";
}

}  // namespace

/// What a DELETE of ours struck: the object as it was before.
void Safety::check_deletion(const Change& change) {
  if (!change.before || (change.after && is_deleting(*change.before))) return;
  const StoredObject& victim = *change.before;
  const kube::Resource& resource = change.type->resource;
  if (resource == kinds::kSnapshot) return check_snapshot_deletion(victim);
  if (resource == kinds::kClaim) note("S4", fmt::format("PVC {} was deleted by us", victim.name()));
  if (resource == api::BackupConfiguration::kResource && json::find_string(victim.value(), marks::kBlueprint).empty()) {
    note("S4", fmt::format("configuration {}, which no blueprint made, was deleted by us", victim.name()));
  }
  if (resource == api::BackupSession::kResource && !is_final(phase_of(victim))) {
    note("S4", fmt::format("session {} was deleted by us while it is {}", victim.name(), phase_of(victim)));
  }
}

void Safety::check_snapshot_deletion(const StoredObject& snapshot) {
  const auto told = [&](std::string_view why) {
    return fmt::format("snapshot {} was deleted: {}", snapshot.name(), why);
  };
  if (is_held(snapshot)) note("S4", told("it is held"));
  const auto uid = json::find_string(snapshot.value(), marks::kSessionUid);
  if (uid.empty()) return note("S4", told("it is not ours"));
  if (json::find_string(snapshot.value(), marks::kCutAt).empty()) return;  // never cut: worth nothing
  for (const ObjectPtr& session : world_.cluster().list(api::BackupSession::kResource, snapshot.namespace_())) {
    if (session->uid() != uid) continue;
    if (phase_of(*session) == "Pending" || phase_of(*session) == "Running") note("S4", told("its session still runs"));
  }
  if (!is_true(snapshot.value(), "/status/readyToUse")) return;
  // Newest by creation: there must be a ready one that is newer, of the same configuration and PVC.
  for (const ObjectPtr& other : world_.cluster().list(kinds::kSnapshot, snapshot.namespace_())) {
    const bool same =
        json::find_string(other->value(), marks::kSource) == json::find_string(snapshot.value(), marks::kSource) &&
        json::find_string(other->value(), marks::kConfiguration) ==
            json::find_string(snapshot.value(), marks::kConfiguration) &&
        json::find_string(other->value(), marks::kBatch) == json::find_string(snapshot.value(), marks::kBatch);
    if (!same || other->uid() == snapshot.uid() || is_deleting(*other)) continue;
    if (is_true(other->value(), "/status/readyToUse") && created_at(*other) >= created_at(snapshot)) return;
  }
  note("S4", told("it is the newest that is ready"));
}

}  // namespace snapstash::sim
