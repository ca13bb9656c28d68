#include "features/history/choose.hpp"

#include <algorithm>
#include <tuple>

namespace snapstash::history {

std::vector<Session> choose_deleted(std::vector<Session> sessions, const Session& ending, std::int64_t limit) {
  std::erase_if(sessions, [&](const Session& session) {
    return session.outcome == Outcome::kUnfinished || session.name == ending.name;
  });
  std::ranges::sort(sessions, [](const Session& a, const Session& b) {
    return std::tie(b.created, b.name) < std::tie(a.created, a.name);
  });
  bool has_success = ending.outcome == Outcome::kSucceeded, has_failure = ending.outcome == Outcome::kFailed;
  std::int64_t left = limit - 1;
  std::erase_if(sessions, [&](const Session& session) {
    bool& known = session.outcome == Outcome::kSucceeded ? has_success : has_failure;
    const bool first = session.outcome != Outcome::kSkipped && !known;
    if (first) known = true;
    return left-- > 0 || first;
  });
  return sessions;
}

}  // namespace snapstash::history
