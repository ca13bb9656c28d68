#include "features/cli/holds.hpp"

#include <algorithm>

namespace snapstash::cli {

// Only as deep as what the callers build.
bool holds(const json::Value& whole, const json::Value& part) {
  if (!part.is_object()) return whole == part;
  return std::ranges::all_of(part.get_object(), [&](const auto& member) {
    const json::Value* found = json::find_key(whole, {member.key().data(), member.key().size()});
    return found != nullptr && holds(*found, member.value());
  });
}

}  // namespace snapstash::cli
