#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "tests/wire/recording.hpp"

namespace snapstash::wire {

/// What the network does to an answer at one of its bytes.
enum class Fault {
  kSplit,     ///< The rest comes when the client has read what was before.
  kEnd,       ///< The connection is closed there.
  kReset,     ///< It is reset there.
  kFlip,      ///< One bit of that byte arrives wrong; the connection is closed behind the answer.
  kTruncate,  ///< Under TLS, the connection is closed there without close_notify, as by somebody in between.
};

inline constexpr std::array kFaults{Fault::kSplit, Fault::kEnd, Fault::kReset, Fault::kFlip, Fault::kTruncate};

std::string_view name_of(Fault fault);

/// Lets the fault strike at byte `first`, `first` + `step`, … of the recording, each time over a new connection, and
/// calls `on_broken` with byte and reason for each that broke a promise. Returns how many were tried.
///
/// The promises: bytes that come in two parts mean what they mean in one. An answer that was cut is an error
/// (kUnknownOutcome, kMalformed, or for a WebSocket's handshake kUnavailable), never a success; what a stream gave
/// until then is a beginning of the whole. A wrong byte inside of a body is handed on as it is, and one elsewhere ends
/// in an answer or an error, and soon.
std::size_t strike(
    const Recording& recording, Fault fault, std::size_t first, std::size_t step,
    const std::function<void(std::size_t, std::string)>& on_broken
);

}  // namespace snapstash::wire
