#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/backup/decide.hpp"
#include "features/hooks/standing.hpp"

/// What becomes of a batch's session as a whole: whose turn it is, its own hooks, and its end. What becomes of each
/// member is decided as of any session (features/backup). Pure.
namespace snapstash::batch {

/// How one member's part stands.
struct Member {
  bool begun = false;  ///< Its turn has come.
  bool cut = false;    ///< All of its snapshots are cut, or never will be, and no hook holds its pods.
  bool over = false;   ///< Its part has ended;
  bool well = false;   ///< and well.
  friend bool operator==(const Member&, const Member&) = default;
};

struct Observation {
  WallTime now;
  bool sequential = false;
  std::vector<Member> members;
  std::optional<hooks::Standing> hooks;           ///< Of the batch's own hooks.
  bool pre_removed = false;                       ///< Nobody knows the pre hook any more.
  std::optional<jobs::JobView> pre_job;           ///< The Job that runs its pre hook.
  std::optional<WallTime> pre_since, post_since;  ///< Since when each is being run.
};

/// What is to be done about one of the batch's own hooks, and where that leaves it.
struct HookStep {
  bool begin = false;                     ///< It is written down that it is being run; its Job comes after that.
  bool create = false, remove = false;    ///< Its Job is to be created, deleted.
  std::optional<hooks::Outcome> outcome;  ///< Known, or decided now.
  std::optional<std::string> stalled;
  std::optional<WallTime> look_again;
  friend bool operator==(const HookStep&, const HookStep&) = default;
};

/// Whether the hook has come to an end that is not a good one.
bool has_failed(const HookStep& step);

/// Whether the parts of all members have ended.
bool all_over(const Observation& seen);

/// The pre hook: it runs before the first member's turn. Nothing to do = there is none, or its outcome is known.
HookStep step_pre(const Observation& seen);

/// Returns the members whose turn it is: those that have begun and are not over; and, once the pre hook has succeeded,
/// all others, or, in sequence, the first of them when none is at work.
std::vector<std::size_t> turns(const Observation& seen, const HookStep& pre);

/// The post hook, after the members have been driven. One that holds (preBackup, and postBackup Always) is due when all
/// snapshots are cut; any other when all members are over, and its executionPolicy says so.
HookStep step_post(const Observation& seen, const HookStep& pre);

/// Whether the session has nothing left to wait for.
bool is_over(const Observation& seen, const HookStep& pre, const HookStep& post);

/// Whether all members and hooks are well.
bool is_well(const Observation& seen, const HookStep& pre, const HookStep& post);

}  // namespace snapstash::batch
