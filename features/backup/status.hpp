#pragma once
#include "api/backup_session.hpp"
#include "features/backup/decide.hpp"
#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// The condition that says what retention did, and some of its reasons.
inline constexpr std::string_view kRetentionApplied = "RetentionPolicyApplied";
inline constexpr std::string_view kApplyingRetention = "ApplyingRetentionPolicy";
inline constexpr std::string_view kAppliedRetention = "SuccessfullyAppliedRetentionPolicy";
inline constexpr std::string_view kRetentionBlocked = "RetentionBlocked";

/// Returns the status that a decision means; the present one when it means none. Pure. Conditions, phases, durations
/// and reasons are Stash's where it has them. `cleaned`: what became of retention and history, "" = well.
api::BackupSession::Status status_of(const Sight& sight, const Decision& decision);

}  // namespace snapstash::backup
