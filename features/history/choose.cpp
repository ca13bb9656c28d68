#include "features/history/choose.hpp"

#include <algorithm>
#include <tuple>

namespace snapstash::history {

std::vector<Session> choose_deleted(std::vector<Session> sessions, const std::string& ending, std::int64_t limit) {
  std::erase_if(sessions, [&](const Session& session) { return !session.finished || session.name == ending; });
  std::ranges::sort(sessions, [](const Session& a, const Session& b) {
    return std::tie(b.created, b.name) < std::tie(a.created, a.name);
  });
  const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(limit - 1, 0));
  if (sessions.size() <= kept) return {};
  sessions.erase(sessions.begin(), sessions.begin() + static_cast<std::ptrdiff_t>(kept));
  return sessions;
}

}  // namespace snapstash::history
