#pragma once
#include <string>

#include "features/jobs/ports.hpp"
#include "features/naming/labels.hpp"

namespace snapstash::schedule {

/// What the CronJob's pod is told: everything it needs, so that it reads nothing.
struct TriggerErrand {
  std::string invoker_kind = "BackupConfiguration", invoker, invoker_uid, cron_job;
  std::string job_name, job_uid;  ///< Of the Job this pod belongs to.
  std::int32_t retry_left = 0;
  naming::Labels labels;
};

/// Returns the session's name: of its slot, which a CronJob's Job carries in its name as minutes since 1970; for a Job
/// made by hand (`kubectl create job --from=cronjob/…`), of the Job's UID. Pure.
std::string session_name(const TriggerErrand& errand);

/// Returns the BackupSession to create. Pure.
json::Value session_of(const TriggerErrand& errand, const std::string& namespace_);

/// Creates the BackupSession of the pod's slot; one per slot, however often the pod runs. Returns an exit code of
/// jobs/ports.hpp.
Task<int> create_session(jobs::Ports ports, TriggerErrand errand);

}  // namespace snapstash::schedule
