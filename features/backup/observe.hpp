#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "features/backup/decide.hpp"
#include "features/backup/plan.hpp"
#include "features/cluster/context.hpp"
#include "features/history/choose.hpp"
#include "features/retention/plan.hpp"
#include "features/schedule/manifests.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::backup {

/// An observation, and the objects it was made from.
struct Sight {
  std::shared_ptr<const api::BackupSession> session;
  std::shared_ptr<const api::BackupConfiguration> configuration;  ///< nullptr when there is none.
  Observation seen;
  std::vector<retention::Plan> retention;      ///< Of the PVCs that this session has backed up.
  std::vector<history::Session> old_sessions;  ///< Beyond the history limit.
  schedule::Members members;                   ///< Of a batch that is looked at as a whole.
};

/// Looks at everything that decides what becomes of a session. From the stores alone, but for three rare doubts that a
/// request settles: a content with an unusual name, a snapshot that the store may not show yet, a Job that is in
/// trouble. Errors: those of the requests, by code.
/// `configuration`: what the session is a run of, if it exists. Both may be a batch's member's.
Task<Result<Sight>> observe(
    const cluster::Context& context, std::shared_ptr<const api::BackupSession> session,
    std::shared_ptr<const api::BackupConfiguration> configuration
);

/// What can be said of a session before anything of it is looked at. Pure.
Observation blank(
    const cluster::Context& context, const api::BackupSession& session, const api::BackupConfiguration* configuration
);

/// Whether a session that tries again what has failed has nothing to do for that configuration.
bool is_left_out(
    const cluster::Stores& stores, const api::BackupSession& session, const api::BackupConfiguration& configuration
);

/// The session that makes this one be skipped: an older one of the same configuration, not all cut.
std::optional<Rival> rival_of(const cluster::Stores& stores, const api::BackupSession& session);

/// Since when a session's clocks run: its creation; of a batch's member, since its turn came. Pure.
WallTime began_at(const api::BackupSession& session);

/// Returns the session's Jobs that make snapshots, the oldest first; those of its member, where it is a part.
std::vector<std::shared_ptr<const api::Job>> jobs_of(const cluster::Stores& stores, const api::BackupSession& session);
/// Returns the Job that runs its post hook, or nullptr; that of its member, where it is a part.
std::shared_ptr<const api::Job> hook_job_of(const cluster::Stores& stores, const api::BackupSession& session);

/// When the clocks of a session run out. Pure.
Clocks clocks_of(const api::BackupSession& session, const api::BackupConfiguration* configuration);

/// Returns the keys (`cluster::invoker_key`) of the other configurations and batches of ours with the same target.
std::vector<std::string> neighbours_of(const cluster::Stores& stores, const api::BackupConfiguration& configuration);

}  // namespace snapstash::backup
