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
#include "kernel/base/task.hpp"

namespace snapstash::backup {

/// An observation, and the objects it was made from.
struct Sight {
  std::shared_ptr<const api::BackupSession> session;
  std::shared_ptr<const api::BackupConfiguration> configuration;  ///< nullptr when there is none.
  Observation seen;
  std::vector<retention::Plan> retention;      ///< Of the PVCs that this session has backed up.
  std::vector<history::Session> old_sessions;  ///< Beyond the history limit.
};

/// Looks at everything that decides what becomes of a session. From the stores alone, but for three rare doubts that a
/// request settles: a content with an unusual name, a snapshot that the store may not show yet, a Job that is in
/// trouble. Errors: those of the requests, by code.
Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const api::BackupSession> session);

/// Why the API server last refused a Job of the session: kept where the user sees it. "" = it did not. Pure.
std::string refusal_of(const api::BackupSession& session);

/// When the clocks of a session run out. Pure.
Clocks clocks_of(const api::BackupSession& session, const api::BackupConfiguration* configuration);

/// Returns the keys of the other configurations of ours with the same target.
std::vector<std::string> neighbours_of(const cluster::Stores& stores, const api::BackupConfiguration& configuration);

}  // namespace snapstash::backup
