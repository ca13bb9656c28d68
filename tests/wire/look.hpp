#pragma once
#include <optional>
#include <string>

#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/transport.hpp"
#include "tests/wire/recording.hpp"

namespace snapstash::wire {

/// What a client made of an answer.
struct Seen {
  int status = 0;  ///< 0 when no head came.
  Headers headers;
  std::string body;            ///< What came of it; the messages of a WebSocket, each with a line's end.
  std::optional<Error> error;  ///< Nothing when the answer came to its orderly end.
  friend bool operator==(const Seen& a, const Seen& b) {
    return a.status == b.status && a.headers == b.headers && a.body == b.body && !a.error && !b.error;
  }
};

/// Asks once and takes all that comes.
Task<Seen> look(Transport& transport, Way way);

}  // namespace snapstash::wire
