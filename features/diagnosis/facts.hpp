#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_session.hpp"
#include "features/backup/volume.hpp"
#include "features/jobs/job_view.hpp"
#include "kernel/runtime/lease.hpp"

/// What a diagnosis is made of: everything that was seen, as values.
namespace snapstash::diagnosis {

/// A warning that Kubernetes keeps about an object.
struct Event {
  std::string kind, name, reason, message;
  std::int64_t count = 1;
  std::optional<WallTime> last;
  friend bool operator==(const Event&, const Event&) = default;
};

/// A Deployment of an operator.
struct Program {
  std::string namespace_, name, image;
  std::int64_t ready = 0, wanted = 0;
  bool elects = true;  ///< Whether it works only while it holds the Lease.
  std::string lease_namespace, lease;
  friend bool operator==(const Program&, const Program&) = default;
};

struct PodState {
  std::string namespace_, name, phase;
  std::string trouble;  ///< Why it does not run; "" = nothing is known.
  friend bool operator==(const PodState&, const PodState&) = default;
};

struct OperatorFacts {
  bool seen = false;  ///< Whether Deployments could be listed: none are known otherwise.
  std::vector<Program> programs;
  std::vector<std::string> stash;  ///< "namespace/name" of Stash's own operators.
  std::vector<PodState> pods;
  std::optional<runtime::LeaseRecord> lease;
  bool lease_seen = false;
  std::vector<std::string> missing_groups;  ///< API groups that the cluster does not know.
  std::optional<bool> schema_is_ours;       ///< Nothing: it could not be seen.
};

/// A VolumeSnapshot and what it is bound to.
struct SnapshotFacts {
  std::string name, pvc, error, content, content_error, deletion_policy;
  bool ready = false, cut = false;
  friend bool operator==(const SnapshotFacts&, const SnapshotFacts&) = default;
};

struct Schedule {
  bool exists = false, suspended = false;
  std::optional<WallTime> last;
};

struct BackupFacts {
  WallTime now{};
  std::string namespace_, name;  ///< Of the configuration, whether there is one or not.
  std::optional<api::BackupConfiguration> configuration;
  std::optional<api::BackupSession> session;
  Schedule schedule;
  std::string no_target;                ///< Why the target cannot be backed up now; "" = it can.
  std::vector<backup::Volume> volumes;  ///< As a session would find them now.
  std::vector<jobs::JobView> jobs;
  std::vector<SnapshotFacts> snapshots;
  std::vector<Event> events;
  OperatorFacts operator_;
  std::vector<std::string> unseen;  ///< What could not be looked at, and why.
};

/// A claim that a restore makes.
struct ClaimFacts {
  std::string name, snapshot;
  std::string phase;     ///< "" = there is no such claim.
  std::string obstacle;  ///< Why it could not be restored now; "" = nothing is known.
  bool foreign = false;  ///< Somebody else made it.
};

struct RestoreFacts {
  WallTime now{};
  api::RestoreSession session;
  std::vector<ClaimFacts> claims;
  std::vector<jobs::JobView> jobs;
  std::vector<Event> events;
  OperatorFacts operator_;
  std::vector<std::string> unseen;
};

}  // namespace snapstash::diagnosis
