#pragma once
#include <memory>
#include <string>

#include "api/backup_session.hpp"
#include "features/backup/observe.hpp"
#include "features/batch/decide.hpp"
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::batch {

/// A batch's session, and what it is a run of.
struct Sight {
  backup::Sight whole;  ///< The session, the batch as one configuration (or nullptr), and its members.
  Observation seen;
};

/// Looks at what decides over a batch's session as a whole. From the stores; asks the API server only about Jobs of the
/// batch's own hooks that are in trouble. Errors: those of the requests.
Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const api::BackupSession> session);

/// How a member's part stands, from its status as it was just decided. `sight`: what that was decided from; nullptr
/// when the member was not looked at. Pure.
Member view_of(const api::BackupSession::Status& part, bool begun, const backup::Sight* sight);

}  // namespace snapstash::batch
