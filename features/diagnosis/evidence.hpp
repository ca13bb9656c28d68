#pragma once
#include <string>

#include "features/diagnosis/facts.hpp"

namespace snapstash::diagnosis {

/// Returns what was seen, line by line, for a person: objects with their conditions, volumes, Jobs, snapshots, events,
/// the operator, and what could not be seen. Pure.
std::string evidence(const OperatorFacts& seen, WallTime now);
std::string evidence(const BackupFacts& seen);
std::string evidence(const RestoreFacts& seen);

}  // namespace snapstash::diagnosis
