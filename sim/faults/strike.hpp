#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "sim/network/faults.hpp"

namespace snapstash::sim {

/// What a strike hits; the number that it counts by follows.
enum class Aim {
  kWrite,  ///< The node's writes (Purpose::kWrite).
  kCall,   ///< All of the node's requests but watches.
  kFrame,  ///< Frames of its watches, bookmarks aside.
};

/// What happens there.
enum class Effect {
  // The process.
  kCrashBefore,      ///< It dies; nothing was sent.
  kCrashUnanswered,  ///< Carried out, and it dies before the answer arrives.
  kCrashAfter,       ///< It dies when it has taken note of the answer.
  // The call.
  kConflict,
  kAlreadyExists,
  kNotFound,
  kForbidden,
  kUnauthorized,
  kInvalid,
  kTooManyBriefly,  ///< 429, Retry-After: 1
  kTooManyLong,     ///< 429, Retry-After: 32
  kInternal,
  kUnavailable,
  kTimeout,           ///< 504, not carried out
  kTimeoutCommitted,  ///< 504, carried out
  kReset,
  kResetCommitted,
  // The frame.
  kBreak,
  kDuplicate,
  kDelay,
  kLongDelay,
  kExpire,
  kExpireOnResume,
  kNoBookmarks,
  kNoInitialEnd,
  kReplay,
  kCutInside,
  // The world around, at that point.
  kPause,       ///< The process is stopped for 20 s.
  kIsolate,     ///< Its network is silent for 20 s.
  kServerDown,  ///< The API server refuses connections for 20 s.
  kStale1,      ///< It restarts on an API server that is so many changes behind; that one catches up later.
  kStale5,
  kStaleAll,
  kUnseen,  ///< Its watches break and have expired when they are back: what happened meanwhile it never saw.
};

/// One thing that goes wrong in a run.
struct Strike {
  std::string node;  ///< "operator-0", "trigger", "snapshotter", "restorer"
  Aim aim = Aim::kWrite;
  std::uint64_t number = 1;  ///< From 1, over all lives of the node.
  Effect effect = Effect::kCrashBefore;
  friend bool operator==(const Strike&, const Strike&) = default;
};

std::string_view name_of(Effect effect);
std::span<const Effect> all_effects();

/// Returns e.g. "operator-0:write:7:crash-after".
std::string to_text(const Strike& strike);
/// Errors: kInvalid, naming what is wrong.
Result<Strike> parse_strike(std::string_view text);

}  // namespace snapstash::sim
