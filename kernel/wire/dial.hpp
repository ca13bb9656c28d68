#pragma once
#include <memory>

#include "kernel/base/task.hpp"
#include "kernel/wire/connection.hpp"
#include "kernel/wire/endpoint.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/tls.hpp"

/// Internal to this module.
namespace snapstash::wire {

/// Opens a connection to the endpoint: TCP, the proxy's tunnel, TLS, as far as the endpoint asks for them. `tunnel`
/// wants a tunnel through the proxy for plain http, too (for WebSocket), where else the proxy forwards.
/// Errors: kUnavailable, kUnauthorized (our certificate is not accepted), kInvalid (a name that cannot be one).
Task<Result<StreamHandle>> dial(
    EventLoop& loop, std::shared_ptr<const Endpoint> endpoint, std::shared_ptr<TlsContext> context, bool tunnel
);

}  // namespace snapstash::wire
