#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "kernel/base/error.hpp"
#include "kernel/wire/event_loop.hpp"

namespace snapstash::wire {

struct ServerRequest {
  std::string path;   ///< As it came, e.g. "/metrics".
  std::string query;  ///< Without '?'; "" when there is none.
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// Answers GET over plain HTTP: metrics and probes, for callers that are not trusted.
///
/// Bounds, so that nobody can hurt the program by being slow or many: 32 connections (when they are used up, the one
/// that has waited longest for its client is closed for the next), 16 KiB of head, 5 s for a head, 10 s for a client to
/// take an answer, 75 s between requests. Bodies and other methods are refused.
class HttpServer {
 public:
  /// Called for each request, from the loop. What it throws is answered with status 500.
  using Handler = std::function<ServerResponse(const ServerRequest&)>;
  static constexpr std::size_t kMaxConnections = 32;

  HttpServer(EventLoop& loop, Handler handler);
  /// Stops listening and closes all connections.
  ~HttpServer();

  /// Begins to serve at "host:port" or ":port" (all addresses); port 0 takes any. May be called for several.
  /// Errors: kInvalid when this is no address, kUnavailable when it is taken.
  Result<void> listen(const std::string& address);
  /// The port of the address that was listened on last.
  std::uint16_t port() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace snapstash::wire
