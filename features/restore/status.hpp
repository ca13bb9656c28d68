#pragma once
#include "api/restore_session.hpp"
#include "features/restore/observe.hpp"

namespace snapstash::restore {

/// Returns the status that a decision means; the present one when it means none. `refused`: why the API server would
/// not have the Job just now, "" = it was not asked, or did. Conditions, phases, durations and reasons are Stash's
/// where it has them; metrics decide nothing (its B26). Pure.
api::RestoreSession::Status status_of(const Sight& sight, const Decision& decision, const std::string& refused);

}  // namespace snapstash::restore
