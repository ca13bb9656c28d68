#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "kernel/wire/endpoint.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::wire {

/// Single requests to servers that are not the API server. A port, as Transport is one.
class Outbound {
 public:
  virtual ~Outbound() = default;
  /// Sends a request on a connection of its own. Returns the answer's status; its body is not read. Nothing is repeated
  /// and no redirection followed. Errors: those of Transport::open.
  virtual Task<Result<int>> ask(Endpoint endpoint, Request request) = 0;
  /// Opens a TCP connection and closes it. Errors: kUnavailable.
  virtual Task<Result<void>> knock(std::string host, std::uint16_t port) = 0;
};

/// The real one. The loop must outlive it and its tasks.
std::unique_ptr<Outbound> make_outbound(EventLoop& loop);

}  // namespace snapstash::wire
