#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"

/// Which old BackupSessions go. Pure. Deleting a session takes its Job along, never a snapshot.
namespace snapstash::history {

struct Session {
  std::string name, uid;
  WallTime created;
  bool finished = false;
  friend bool operator==(const Session&, const Session&) = default;
};

/// Stash's default of `backupHistoryLimit`.
inline constexpr std::int64_t kDefaultLimit = 1;

/// Returns the sessions to delete so that `limit` finished ones stay, the newest; the one that is just ending counts as
/// finished and is never among the deleted. Unfinished ones neither count nor go. (Stash keeps one more: its B32.)
std::vector<Session> choose_deleted(std::vector<Session> sessions, const std::string& ending, std::int64_t limit);

}  // namespace snapstash::history
