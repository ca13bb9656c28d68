#pragma once
#include <string>
#include <vector>

#include "api/backup_session.hpp"
#include "api/cluster/snapshots.hpp"

/// Sessions with their snapshots, as a person wants to see them. Pure.
namespace snapstash::cli {

/// Returns the rows of the table, the header first: SESSION, PHASE, READY (n/m), PVC, SNAPSHOT, STATE, AGE, before
/// them NAMESPACE if so wished. One row per PVC; what is the session's stands in its first row. Oldest first.
/// `snapshots` are those that any session made; those of others are left out.
std::vector<std::vector<std::string>> overview(
    std::vector<api::BackupSession> sessions, const std::vector<api::VolumeSnapshot>& snapshots, WallTime now,
    bool with_namespace
);

/// Returns what went wrong with a session, one sentence each; none if nothing did.
std::vector<std::string> complaints(const api::BackupSession& session);

/// Returns one word for how far a snapshot is: Pending, Cut (its point in time is taken, it is being uploaded), Ready,
/// Error or Deleting.
std::string state_of(const api::VolumeSnapshot& snapshot);

}  // namespace snapstash::cli
