#pragma once
#include <string>
#include <vector>

namespace snapstash::diagnosis {

/// One thing that is wrong: a sentence, and what to do about it ("" = the sentence says it).
struct Finding {
  std::string cause, remedy;
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Diagnosis {
  std::vector<Finding> findings;  ///< The cause first, then what else is wrong. None = nothing is.
  std::string well;               ///< How it stands when nothing is wrong.
};

}  // namespace snapstash::diagnosis
