#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"

/// Which old BackupSessions go. Pure. Deleting a session takes its Job along, never a snapshot.
namespace snapstash::history {

enum class Outcome { kUnfinished, kSucceeded, kFailed, kSkipped };

struct Session {
  std::string name, uid;
  WallTime created;
  Outcome outcome = Outcome::kUnfinished;
  friend bool operator==(const Session&, const Session&) = default;
};

/// Returns the sessions to delete so that `limit` finished ones stay, the newest; the one that is just ending counts as
/// finished and is never among the deleted. Beyond the limit, the newest that succeeded and the newest that failed
/// stay: what they say would be missed. Unfinished ones neither count nor go. (Stash keeps one more: its B32.)
/// `ending`: the one that is about to end, with the outcome it is about to have.
std::vector<Session> choose_deleted(std::vector<Session> sessions, const Session& ending, std::int64_t limit);

}  // namespace snapstash::history
