#pragma once
#include <cstddef>
#include <memory>
#include <optional>

#include "api/backup_session.hpp"

/// A batch's session has one status for all of its members. Each member's part of it is driven as a session of its own:
/// cut out, decided, and put back. Pure.
///
/// Where things are kept: a part's phase, progress and beginning in `snapstash.members[]`; its target and that target's
/// conditions in `targets[]`, and there, too, those conditions that a session of one target has at the top
/// (RetentionPolicyApplied, Stalled, DeadlineExceeded).
namespace snapstash::batch {

/// Returns one member's part of the session. A member that the status does not know yet has an empty one, which begins
/// `now`, if its turn has come.
std::shared_ptr<const api::BackupSession> part_of(
    const api::BackupSession& session, std::size_t member, std::optional<WallTime> now = {}
);

/// Returns the status of the part of a member that a session which tries again leaves out: nothing of it had failed.
api::BackupSession::Status left_out(const api::TargetRef& ref);

/// Puts the status of a part back into that of the whole.
void put_back(
    const api::BackupSession::Status& part, std::size_t member, std::optional<WallTime> began,
    api::BackupSession::Status& whole
);

/// Puts together what the whole session says of its parts: progress, and their conditions at the top.
void sum_up(api::BackupSession::Status& whole, WallTime now);

}  // namespace snapstash::batch
