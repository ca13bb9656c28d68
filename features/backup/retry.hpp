#pragma once
#include <optional>
#include <string>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "features/backup/decide.hpp"
#include "features/cluster/stores.hpp"
#include "features/schedule/manifests.hpp"

/// Trying a failed session again: another session, of the same configuration, with one try less.
namespace snapstash::backup {

/// Returns the name of the session that tries again: of the first one, and how many have tried with it. Pure.
std::string retry_name(const api::BackupSession& session);

/// Returns the session that tries again. With `retry: FailedOnly` it is about the volumes that failed. `members`: of a
/// batch. Pure.
json::Value retry_manifest(
    const api::BackupSession& session, const api::BackupConfiguration& configuration,
    const schedule::Members& members = {}
);

/// When a session that has just failed is tried again; nothing when it is not. Pure.
std::optional<WallTime> retry_time(
    const api::BackupSession& session, const api::BackupConfiguration* configuration, WallTime now
);

/// How the retry of a finished session stands; nothing when it has none, or none any more: retryConfig was removed, or
/// a newer session has run since. Pausing suspends the schedule, and no session that has begun.
std::optional<RetryView> retry_of(
    const cluster::Stores& stores, const api::BackupSession& session, const api::BackupConfiguration* configuration
);

}  // namespace snapstash::backup
