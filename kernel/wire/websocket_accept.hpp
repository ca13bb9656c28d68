#pragma once
#include <string>

/// For the tests of this module.
namespace snapstash::wire {

/// Returns what proves to a client that the server understood its handshake (RFC 6455, 4.2.2): the value of
/// Sec-WebSocket-Accept for the request's head.
std::string websocket_accept(const std::string& head);

}  // namespace snapstash::wire
