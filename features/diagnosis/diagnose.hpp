#pragma once
#include "api/restore_batch.hpp"
#include "features/diagnosis/facts.hpp"
#include "features/diagnosis/finding.hpp"

/// Why something failed, is stuck, or does not happen. Pure: no I/O, no clock.
///
/// What a session has written down of its own end counts most; for one that has not ended, whatever must work before
/// anything else can: the API, the operator, the configuration, the Job, the storage, in that order.
namespace snapstash::diagnosis {

Diagnosis diagnose(const OperatorFacts& seen, WallTime now);
Diagnosis diagnose(const BackupFacts& seen);
Diagnosis diagnose(const RestoreFacts& seen);
/// Of the batch itself: what is wrong with a member is found as of a RestoreSession.
std::vector<Finding> diagnose(const api::RestoreBatch& batch);

/// Returns the session to look at: the oldest that has not ended, which holds up the others; else the newest. nullptr
/// when there are none.
const api::BackupSession* most_telling(const std::vector<api::BackupSession>& sessions);

}  // namespace snapstash::diagnosis
