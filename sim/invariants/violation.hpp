#pragma once
#include <string>
#include <string_view>

namespace snapstash::sim {

/// A promise that was broken: which, and how.
struct Violation {
  std::string_view invariant;  ///< "S4", "L2", …
  std::string what;
};

}  // namespace snapstash::sim
