#pragma once
#include <string>
#include <vector>

namespace snapstash::api {

/// One thing that a user must change, and where: "spec.target.ref.kind" and a sentence that names the remedy.
struct Problem {
  std::string field, message;
  friend bool operator==(const Problem&, const Problem&) = default;
};

using Problems = std::vector<Problem>;

/// Returns "spec.schedule: must be …; spec.target: name what …": for conditions and errors. "" for no problems.
std::string describe(const Problems& problems);

}  // namespace snapstash::api
