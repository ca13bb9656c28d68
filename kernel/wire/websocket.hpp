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

/// When a peer counts as dead; client-go's figures.
struct Patience {
  Duration ping_every = std::chrono::seconds(5);
  Duration silence = std::chrono::seconds(61);  ///< Without a word or a pong, while somebody waits for one.
  Duration writing = std::chrono::seconds(60);  ///< For one message.
};

/// Does the opening handshake on a new connection. Errors: as Transport::upgrade.
Task<Result<std::unique_ptr<WebSocket>>> open_websocket(
    EventLoop& loop, StreamHandle stream, Opening opening, Patience patience = {}
);

}  // namespace snapstash::wire
