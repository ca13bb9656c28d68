#pragma once
#include <memory>

#include "kernel/wire/endpoint.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::wire {

/// The network behind the port: HTTP/1.1 over TCP or TLS to one endpoint, WebSocket, proxies.
///
/// * `call` uses up to 8 connections that are kept alive (closed after 60 s of idleness, before the server's 90 s);
///   more calls wait for one within their timeout. `open` and `upgrade` have a connection each.
/// * A call is repeated once, on a new connection, when a kept-alive one turns out to have been closed by the server:
///   if nothing was written, or if the method is safe (GET, HEAD, OPTIONS) and not a byte of an answer has arrived.
///   Anything else is the caller's to decide, on kUnknownOutcome.
/// * Tasks, streams and sockets may outlive the transport, but not the loop.
class HttpTransport final : public Transport {
 public:
  /// Nothing is sent yet. Errors: kInvalid when the endpoint's TLS texts or headers cannot be used.
  static Result<std::unique_ptr<HttpTransport>> make(EventLoop& loop, Endpoint endpoint);
  ~HttpTransport() override;

  Task<Result<Response>> call(Request request) override;
  Task<Result<StreamResponse>> open(Request request) override;
  Task<Result<std::unique_ptr<WebSocket>>> upgrade(Request request, std::vector<std::string> protocols) override;

  /// Uses other certificates from now on. Idle connections are closed; calls and WebSockets under way run to their end
  /// on the old ones; streams do so too, unless the client certificate changed: then they break (kUnknownOutcome), so
  /// that whoever watches comes back as who we are now. Nothing happens when `tls` equals the present one.
  /// Errors: kInvalid when it cannot be used; then all stays as it is.
  Result<void> replace_tls(Tls tls);

  struct Core;

 private:
  explicit HttpTransport(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace snapstash::wire
