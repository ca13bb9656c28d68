#pragma once
#include <memory>
#include <string>

#include "kernel/base/task.hpp"
#include "kernel/wire/byte_stream.hpp"
#include "kernel/wire/endpoint.hpp"
#include "kernel/wire/event_loop.hpp"

/// Internal to this module: TLS, as a client.
namespace snapstash::wire {

/// OpenSSL's SSL_CTX, made from a Tls value.
class TlsContext;

/// TLS 1.2 or later, ALPN http/1.1. Errors: kInvalid when a PEM text cannot be used, or both a CA and
/// `insecure_skip_verify` are given (client-go refuses that too).
Result<std::shared_ptr<TlsContext>> make_tls_context(const Tls& tls);

/// Does the handshake over `below`. `server_name` is verified against the certificate's names (or IP addresses, when it
/// is one) and sent as SNI unless it is an IP address (RFC 6066).
/// Errors: kUnavailable, also after 10 s; kUnauthorized when the peer does not accept our certificate.
Task<Result<StreamHandle>> start_tls(
    EventLoop& loop, std::shared_ptr<TlsContext> context, StreamHandle below, std::string server_name
);

}  // namespace snapstash::wire
