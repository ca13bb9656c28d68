#pragma once
#include "features/backup/decide.hpp"
#include "features/backup/observe.hpp"

namespace snapstash::backup {

/// Whether a session goes on although the API server has refused that effect: a Job that it will not take, for now, or
/// what comes after a backup that is done. Changes `decision` so that the status says so. Pure.
bool bears(const Sight& sight, const Effect& effect, const Error& error, Decision& decision);

}  // namespace snapstash::backup
