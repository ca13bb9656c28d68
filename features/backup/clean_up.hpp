#pragma once
#include <string>

#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// Returns what the status says of a PVC, or nullptr. Pure.
const api::HostBackupStats* stats_of(const api::BackupSession& session, const std::string& pvc);

/// Puts into `sight` what retention and history are to delete once the session has ended, as it is going to; of a part,
/// retention only. From the stores alone.
void plan_clean_up(const cluster::Stores& stores, Sight& sight);

/// The same of history alone, for a session that is going to end as `ending`.
void plan_history(const cluster::Stores& stores, Sight& sight, history::Outcome ending);

}  // namespace snapstash::backup
