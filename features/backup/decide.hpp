#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "features/backup/volume.hpp"
#include "features/hooks/standing.hpp"
#include "features/jobs/job_view.hpp"
#include "kernel/base/time.hpp"

/// What becomes of a BackupSession. The phase is derived anew each time from what exists; only a finished session is
/// latched. Pure: no I/O, no clock, no logger.
namespace snapstash::backup {

using jobs::JobView;
using jobs::kSilentJobDelay;

/// How the session's BackupConfiguration stands.
enum class Invoker {
  kMissing,   ///< There is none of that name.
  kUnseen,    ///< Its newest change has not been looked at by the schedule controller yet.
  kNotReady,  ///< Its phase is not Ready.
  kReady,
};

/// The newest state of a session that its successor has to respect.
struct Rival {
  std::string name, phase;
};

/// How the retry of a session that has failed stands.
struct RetryView {
  WallTime due;
  std::string session;  ///< The one that tries again.
  bool made = false;    ///< It is there.
  int left = 0;         ///< How often that one may be tried again.
};

/// All that `decide` may look at.
struct Observation {
  WallTime now, created;
  bool finished = false;  ///< Terminal phase: nothing is left to decide.
  bool recorded = false;  ///< The results of all volumes stand in the status; only cleaning up is left.
  bool started = false;   ///< A plan exists: `volumes` is what it says.
  Invoker invoker = Invoker::kReady;
  std::string invoker_name;        ///< "<Kind> <namespace>/<name>"
  std::optional<Rival> rival;      ///< An older session of the same configuration whose snapshots are not all cut.
  std::optional<Rival> neighbour;  ///< The same, of another configuration with the same target.
  std::optional<std::string> no_target;  ///< Why there is nothing to back up. Only before the start.
  bool unbound_pvc = false;              ///< A PVC of the target still waits for its volume. Only before the start.
  std::vector<Volume> volumes;
  Clocks clocks;
  std::optional<JobView> job;      ///< That of the latest attempt.
  std::string refused;             ///< Why the API server would not take a Job; "" = it was not asked, or took it.
  int attempts = 0;                ///< Jobs made so far.
  bool to_retain = false;          ///< Retention has something to delete.
  bool to_forget = false;          ///< History has.
  std::optional<RetryView> retry;  ///< Of a finished session.
  std::optional<hooks::Standing> hooks;
};

/// Creates the Job of that attempt for the volumes that need a snapshot.
struct CreateJob {
  int attempt = 1;
  friend bool operator==(const CreateJob&, const CreateJob&) = default;
};
struct DeleteJob {
  std::string name, uid;
  friend bool operator==(const DeleteJob&, const DeleteJob&) = default;
};
/// Deletes a VolumeSnapshot that was never cut, if nothing has happened to it since it was seen.
struct DeleteSnapshot {
  std::string name, uid, version;
  friend bool operator==(const DeleteSnapshot&, const DeleteSnapshot&) = default;
};
/// Deletes the snapshots that retention says, now that the results stand in the status.
struct ApplyRetention {
  friend bool operator==(const ApplyRetention&, const ApplyRetention&) = default;
};
/// Deletes the sessions that history says.
struct CleanHistory {
  friend bool operator==(const CleanHistory&, const CleanHistory&) = default;
};
/// Creates the session that tries again.
struct CreateRetry {
  friend bool operator==(const CreateRetry&, const CreateRetry&) = default;
};
/// Creates the Job that runs the post hook; `phase` and `error` are what the hook may say of the session.
struct CreateHookJob {
  std::string phase, error;
  friend bool operator==(const CreateHookJob&, const CreateHookJob&) = default;
};
using Effect =
    std::variant<CreateJob, DeleteJob, DeleteSnapshot, ApplyRetention, CleanHistory, CreateRetry, CreateHookJob>;

enum class Step {
  kNothing,  ///< Finished before; the status stays as it is.
  kWait,     ///< Not started: Pending.
  kSkip,     ///< Phase Skipped.
  kRefuse,   ///< Phase Failed, nothing was started.
  kRun,      ///< Phase Running.
  kRecord,   ///< All volumes are final: their results are written, the phase stays Running.
  kFinish,   ///< After the effects: phase Succeeded or Failed.
  kRetry,    ///< Failed before; another session tries again.
};

struct Decision {
  Step step = Step::kNothing;
  std::string reason;             ///< CamelCase, stable.
  std::string message;            ///< A sentence for people.
  std::vector<Outcome> outcomes;  ///< One per volume.
  std::vector<Effect> effects;    ///< In this order; all idempotent; before the status is written.
  std::optional<WallTime> look_again;
  std::optional<std::string> stalled;  ///< Why nothing moves; shown as condition Stalled.
  std::string stall_reason = "NoProgress";
  std::optional<hooks::Outcome> post_outcome;  ///< Decided now: of a post hook that could not be run.
  std::string retention_error,
      history_error;  ///< What the API server said to those effects; "" = they were carried out.
};

Decision decide(const Observation& seen);

/// Everything that can keep a session from starting; nothing = it starts.
std::optional<Decision> hindrance(const Observation& seen);

/// What is left to do for a session that has ended: trying it again.
Decision after_the_end(const Observation& seen);

/// Which hooks have failed, and why: `hooks::explain_failures`.
std::string explain_failed_hooks(const Observation& seen, const Decision& decision);

/// How long a session waits for PVCs that are being provisioned before it goes on without them.
inline constexpr std::chrono::seconds kUnboundGrace{30};
/// How long a configuration may be missing from our view before the session gives up on it.
inline constexpr std::chrono::seconds kInvokerGrace{30};
/// How long a session lets another configuration's session of the same target go first.
inline constexpr std::chrono::minutes kTurnPatience{2};
/// How long the API server may refuse what retention and history delete before a session ends without it.
inline constexpr std::chrono::minutes kCleanUpPatience{1};
/// How long after the cut deadline a Job whose pod has not begun is still waited for, so that what is said of it then
/// is true: a node that was lost is known to be (40 s), and its pod begins nothing any more (`Errand::create_before`).
inline constexpr std::chrono::minutes kNeverBegun{1};
/// How long nothing may move before the session says so.
inline constexpr std::chrono::minutes kStalledAfter{10};
/// Jobs that one session may use up; successors are made for lost nodes only.
inline constexpr int kMaxAttempts = 3;

}  // namespace snapstash::backup
