#pragma once
#include <string>
#include <vector>

#include "api/backup_session.hpp"
#include "features/backup/decide.hpp"
#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// One Event on a BackupSession, and one line of the log. Reasons are part of the contract: CamelCase, stable.
/// BackupStarted, BackupSucceeded, BackupFailed, BackupSkipped, BackupStalled, BackupTimedOut, BackupRetried,
/// VolumeBackupFailed, PreBackupHookFailed, PostBackupHookFailed, RetentionApplied, RetentionBlocked, RetentionFailed.
struct Notice {
  std::string reason, message;
  bool good = true;    ///< Normal, or else a Warning.
  std::string volume;  ///< The PVC it is about; "" = the session as a whole.
  std::string action;  ///< Tells the members of a batch apart, whose events would be one series; "" = the reason.
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// Returns what is new in the status that was just written, `now`, and worth telling. Pure.
std::vector<Notice> notices(const Sight& sight, const Decision& decision, const api::BackupSession::Status& now);

}  // namespace snapstash::backup
