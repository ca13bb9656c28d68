#pragma once
#include <string>
#include <vector>

#include "features/restore/decide.hpp"
#include "features/restore/observe.hpp"

namespace snapstash::restore {

/// One Event on a RestoreSession or RestoreBatch, and one line of the log. Reasons are part of the contract: CamelCase,
/// stable. RestoreSucceeded, RestoreFailed, RestoreUnverified, RestoreStalled, RestoreSizeRaised,
/// ResourceValidationFailed; of a batch also PreRestoreHookFailed, PostRestoreHookFailed, and of each of its members
/// those that begin with Restore, as TargetRestoreSucceeded.
struct Notice {
  std::string reason, message;
  bool good = true;    ///< Normal, or else a Warning.
  std::string action;  ///< Tells the members of a batch apart, whose events would be one series; "" = the reason.
  friend bool operator==(const Notice&, const Notice&) = default;
};

/// Returns what is worth telling of a decision whose status was just written. Pure.
std::vector<Notice> notices(const Sight& sight, const Decision& decision);

}  // namespace snapstash::restore
