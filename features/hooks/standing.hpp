#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/jobs/job_view.hpp"
#include "kernel/base/time.hpp"
#include "kernel/kube/condition.hpp"

/// How the hooks of a session stand, and what is to be done about a post hook that no pod is known to have run. Pure.
///
/// The promise is "always thaws": once preBackup may have run, postBackup runs until it is known to have succeeded, or
/// there is no time left and the session says so. It may therefore run twice.
namespace snapstash::hooks {

/// What became of a hook: "" = it ran well, otherwise why not.
using Outcome = std::string;

struct Standing {
  bool pre = false, post = false;  ///< Which the session has.
  bool held = false;               ///< The session's Job runs the post hook too, as soon as all snapshots are cut.
  bool recorded = false;           ///< That stands in the status.
  bool never = false;              ///< The pre hook has not been begun, and never will be.
  bool removed = false;            ///< Nobody knows the post hook any more: it was taken out of the spec.
  std::optional<Outcome> pre_outcome, post_outcome;  ///< Nothing = not known.
  std::optional<jobs::JobView> post_job;             ///< The Job that does nothing but run the post hook.
  bool after_success = true, after_failure = true;   ///< What the executionPolicy says.
  Duration timeout{};                                ///< Of each action.
  std::string refused;  ///< Why the API server would not take a Job, when last asked; "" = it took it.
  friend bool operator==(const Standing&, const Standing&) = default;
};

/// What is to be done about a post hook whose time has come.
struct PostMove {
  bool settled = false;            ///< What became of it is known: `outcome` says it, or the Standing did.
  bool create = false;             ///< Its Job is to be created.
  bool remove = false;             ///< Its Job is to be deleted: it has had its time, or its node is lost.
  std::optional<Outcome> outcome;  ///< Decided now.
  std::optional<std::string> stalled;
  friend bool operator==(const PostMove&, const PostMove&) = default;
};

/// `give_up`: when the session ends without it.
PostMove move_post(const Standing& standing, WallTime now, WallTime give_up);

/// How long after its own deadline a session waits for its post hook.
Duration patience(const Standing& standing);

/// Returns what a report (`jobs::Report::hooks`) says of a hook; nothing when it says nothing.
std::optional<Outcome> said(const std::map<std::string, std::string>& outcomes, std::string_view hook);

/// Reads off `post_job` what became of the post hook, once that Job is over.
void note_post_job(Standing& standing);

/// Which hook a condition is about; its type is Stash's, as `PreBackupHookExecutionSucceeded`. Global ones are a
/// batch's own.
enum class Kind {
  kPreBackup,
  kPostBackup,
  kPreRestore,
  kPostRestore,
  kGlobalPreBackup,
  kGlobalPostBackup,
  kGlobalPreRestore,
  kGlobalPostRestore
};

/// Returns what the conditions say of a hook; nothing when they say nothing.
std::optional<Outcome> outcome_in(const std::vector<kube::Condition>& conditions, Kind kind);
/// Writes it down. Reasons are Stash's.
void set_outcome(std::vector<kube::Condition>& conditions, Kind kind, const Outcome& outcome, WallTime now);

/// Writes down that it is being run, and says since when that has been so.
void set_running(std::vector<kube::Condition>& conditions, Kind kind, WallTime now);
std::optional<WallTime> running_since(const std::vector<kube::Condition>& conditions, Kind kind);

/// Returns e.g. "preBackup".
std::string_view field_of(Kind kind);

/// Returns a sentence, with a space before it, for each hook that has failed, as far as it is known; "" = none has.
/// `decided`: what was decided now of the post hook. The session fails with it.
std::string explain_failures(const Standing& standing, const std::optional<Outcome>& decided, Kind pre, Kind post);

}  // namespace snapstash::hooks
