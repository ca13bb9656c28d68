#pragma once
#include <string>

#include "api/target_ref.hpp"
#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::hooks {

/// What a hook's templates may say of its session: Stash's Summary. `api/hook_template.hpp` knows the same names.
struct Facts {
  std::string name, namespace_;  ///< Of the BackupSession or RestoreSession.
  std::string invoker_kind, invoker_name;
  api::TargetRef target;
  std::string phase, duration, error;  ///< So far.
  int retry_left = 0;
  friend bool operator==(const Facts&, const Facts&) = default;
};

/// Returns what `.` is in a template.
json::Object to_json(const Facts& facts);
/// Reads what `to_json` wrote; what is missing stays "".
Facts facts_from(const json::Value& value);

/// Stash's: rounded to seconds, as Go writes it.
std::string duration_since(WallTime start, WallTime now);

}  // namespace snapstash::hooks
