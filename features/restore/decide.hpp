#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "features/hooks/standing.hpp"
#include "features/jobs/job_view.hpp"
#include "features/restore/claim.hpp"

/// What becomes of a RestoreSession. Pure. The phase is derived anew each time from what exists; only a finished
/// session is latched, and it is never run again (Stash).
namespace snapstash::restore {

struct Observation {
  bool finished = false;  ///< Terminal phase: nothing is left to decide.
  bool started = false;   ///< The checks were passed and a Job was, or is being, made.
  std::string invalid;    ///< What is wrong with the spec; "" = nothing.
  std::string no_target;  ///< target.ref names an object that does not exist yet; "" = no obstacle.
  std::vector<Claim> claims;
  WallTime now, created, deadline;
  std::optional<jobs::JobView> job;
  int attempts = 0;     ///< Jobs made so far.
  std::string refused;  ///< Why the API server would not have the Job, when last asked; "" = it was not refused.
  std::optional<hooks::Standing> hooks;
};

struct CreateJob {
  int attempt = 1;
  friend bool operator==(const CreateJob&, const CreateJob&) = default;
};
struct DeleteJob {
  std::string name, uid;
  friend bool operator==(const DeleteJob&, const DeleteJob&) = default;
};
/// Creates the Job that runs the post hook; `phase` and `error` are what the hook may say of the session.
struct CreateHookJob {
  std::string phase, error;
  friend bool operator==(const CreateHookJob&, const CreateHookJob&) = default;
};
using Effect = std::variant<CreateJob, DeleteJob, CreateHookJob>;

enum class Step {
  kNothing,  ///< Finished before.
  kInvalid,  ///< Phase Invalid.
  kWait,     ///< Phase Pending.
  kRun,      ///< Phase Running.
  kFinish,   ///< Phase Succeeded, Failed or Unknown: see `verdict`.
};

enum class Verdict { kSucceeded, kFailed, kUnknown };

struct Decision {
  Step step = Step::kNothing;
  Verdict verdict = Verdict::kSucceeded;
  std::string reason, message;
  std::vector<Outcome> outcomes;  ///< One per claim.
  std::vector<Effect> effects;
  std::optional<WallTime> look_again;
  std::optional<std::string> stalled;
  bool deadline_exceeded = false;
  std::optional<hooks::Outcome> post_outcome;  ///< Decided now: of a post hook that could not be run.
};

/// All claims are checked before the first one is created: one obstacle ends the session before anything exists.
Decision decide(const Observation& seen);

/// How long a restore may take when its `timeOut` says nothing.
inline constexpr std::chrono::hours kDefaultDeadline{24};
inline constexpr int kMaxAttempts = 3;
/// How old a session is before an obstacle is believed. Failing is final, and the first look may be too early: GitOps
/// applies snapshot and restore together, and an API server that has just started answers 404 for a moment.
inline constexpr std::chrono::seconds kSecondLook{5};
/// How long a PVC may be unbound before its provisioner is asked what is wrong, and how often then.
inline constexpr std::chrono::minutes kQuietTime{1};
inline constexpr std::chrono::minutes kQuietAgain{5};

}  // namespace snapstash::restore
