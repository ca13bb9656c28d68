#pragma once
#include "api/backup_session.hpp"
#include "features/backup/decide.hpp"
#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// Returns the status that a decision means; the present one when it means none. Pure. Conditions, phases, durations
/// and reasons are Stash's where it has them.
api::BackupSession::Status status_of(const Sight& sight, const Decision& decision);

/// Puts into `status` what a session says once it has ended, as `phase`. Pure.
void finish(
    const Sight& sight, const Decision& decision, api::BackupSession::Phase phase, api::BackupSession::Status& status
);

}  // namespace snapstash::backup
