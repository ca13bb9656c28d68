#pragma once
#include <memory>
#include <string>
#include <vector>

#include "kernel/wire/byte_stream.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/transport.hpp"

/// Internal to this module: RFC 6455, as a client.
namespace snapstash::wire {

/// What the opening handshake asks for.
struct Opening {
  std::string host;    ///< The Host header.
  std::string target;  ///< With the endpoint's prefix.
  Headers headers;
  std::vector<std::string> protocols;
};

/// Does the opening handshake on a new connection. Pings every 5 s, and gives up on a peer that was silent for 61 s
/// while somebody waited for it, or took no message for 60 s (client-go's figures).
/// Errors: as Transport::upgrade.
Task<Result<std::unique_ptr<WebSocket>>> open_websocket(EventLoop& loop, StreamHandle stream, Opening opening);

}  // namespace snapstash::wire
