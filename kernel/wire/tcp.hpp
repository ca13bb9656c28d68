#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "kernel/base/task.hpp"
#include "kernel/wire/byte_stream.hpp"
#include "kernel/wire/event_loop.hpp"

/// Internal to this module: plain TCP.
namespace snapstash::wire {

/// Whether `host` is an IPv4 or IPv6 address (without brackets) and not a name.
bool is_ip_literal(const std::string& host);

/// Connects to the first address of `host` that answers; names are resolved (IPv6 and IPv4, in the resolver's order).
/// The connection has no Nagle delay, and is given up when the peer is silent for about a minute at TCP level.
/// Errors: kUnavailable, also when it took longer than `timeout`; each address gets its share of it.
Task<Result<StreamHandle>> connect_tcp(EventLoop& loop, std::string host, std::uint16_t port, Duration timeout);

/// A socket that takes connections.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
  /// Returns the next connection. Errors: kUnavailable, e.g. out of file descriptors; may be called again.
  virtual Task<Result<StreamHandle>> accept() = 0;
};

/// `address` is "host:port", "[v6]:port" or ":port" (all addresses; IPv4 alone where there is no IPv6); port 0 = any.
/// Errors: kInvalid when it is not such an address, kUnavailable when it is taken.
Result<std::unique_ptr<Listener>> listen_tcp(EventLoop& loop, const std::string& address);

}  // namespace snapstash::wire
