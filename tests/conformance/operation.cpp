#include "tests/conformance/operation.hpp"

#include <array>
#include <ostream>

#include <fmt/format.h>

namespace snapstash::conformance {

std::ostream& operator<<(std::ostream& out, const Operation& operation) {
  static constexpr std::array kNames = {
      "create",
      "merge-labels",
      "merge-finalizers",
      "remove-first-finalizer",
      "apply",
      "apply-forced",
      "apply-status",
      "merge-status",
      "replace",
      "replace-stale",
      "delete",
      "delete-by-uid",
      "delete-by-other-uid",
      "delete-by-version",
      "get",
      "list",
      "list-by-label",
      "list-page",
      "watch",
  };
  return out << fmt::format(
             "{} {} {} labels={:04b} finalizers={:02b} manager={}",
             kNames.at(static_cast<std::size_t>(operation.action)), operation.custom ? "session" : "lease",
             static_cast<char>('a' + operation.name), operation.labels, operation.holds, operation.manager
         );
}

}  // namespace snapstash::conformance
