#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/backup_batch.hpp"
#include "api/backup_configuration.hpp"
#include "features/jobs/job_view.hpp"
#include "features/schedule/manifests.hpp"

/// How a BackupConfiguration stands, and whether what it stands for must be applied again. Pure.
namespace snapstash::schedule {

/// What became of applying, when it was tried.
struct Applied {
  std::string error;  ///< "" = it worked.
};

struct Observation {
  WallTime now;
  std::string problems;  ///< What is wrong with the spec; "" = nothing.
  struct Target {
    std::string name;  ///< "Deployment demo/web"
    bool found = false;
  };
  std::vector<Target> targets;  ///< One; of a batch, one for each member. None where the spec names none.
  bool cron_job_exists = false;
  std::string fingerprints;                ///< Of what should be and what is there.
  std::optional<WallTime> last_slot;       ///< When the CronJob last made a trigger Job.
  std::optional<WallTime> silent_since;    ///< First slot that brought no session, as far as we have watched.
  std::optional<WallTime> newest_session;  ///< When the newest session was created.
  std::optional<WallTime> last_success;    ///< When the newest session that succeeded was created.
  std::string trigger_trouble;             ///< What the newest trigger pod says.
};

/// How long after its slot a session may be missing before the configuration says so.
inline constexpr std::chrono::minutes kTriggerGrace{2};
/// And how much longer it waits for the trigger's Job to say why.
inline constexpr std::chrono::minutes kTriggerWord{1};

/// Whether the objects must be applied: something differs from what was applied last, and the spec is worth it. A
/// configuration whose target is missing gets no CronJob (Stash), but keeps one that it has. Of a batch, one target is
/// enough: the others' absence is said by each session, and the rest is backed up.
bool must_apply(const api::BackupConfiguration& configuration, const Observation& seen);

/// Returns the status. `applied` is absent when nothing was applied. Conditions and phase are Stash's (reference: its
/// controller); ours beside them: BackupTriggered, False when a slot has passed without a session.
api::BackupConfiguration::Status status_of(
    const api::BackupConfiguration& configuration, const Observation& seen, const std::optional<Applied>& applied
);

/// Returns the conditions of a batch's members: BackupTargetFound, as of a configuration.
std::vector<api::BackupBatch::MemberConditions> member_conditions(
    const api::BackupBatch& batch, const Observation& seen
);

/// The CronJob's last slot, if no session has come of it yet.
std::optional<WallTime> silent_slot(const Observation& seen);

/// Whether a slot has passed its grace without a session; then it is worth asking the trigger's Job why.
bool is_overdue(const Observation& seen);

/// When time alone may change the status.
std::optional<WallTime> next_look(const Observation& seen);

/// Returns one text for what should be and what is: equal texts mean that nothing has to be done. `live` holds the
/// fingerprint of each manifest's object, or nothing where there is none.
std::string fingerprints(const std::vector<Manifest>& wanted, const std::vector<std::optional<std::uint64_t>>& live);

}  // namespace snapstash::schedule
