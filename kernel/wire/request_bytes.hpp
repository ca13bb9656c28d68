#pragma once
#include <string>

#include "kernel/wire/endpoint.hpp"

/// Internal to this module: requests as HTTP/1.1 has them on the wire. Pure.
namespace snapstash::wire {

/// Returns "host", "host:port" or "[v6]:port": the port only where it is not the scheme's own.
std::string host_header(const Endpoint& endpoint);

/// Returns "host:port", with brackets round an IPv6 address.
std::string authority(const std::string& host, std::uint16_t port);

/// Returns "Basic …", or "" when the proxy asks for no name.
std::string proxy_authorization(const Proxy& proxy);

/// Checks what a header cannot carry. Errors: kInvalid when method, target or a header holds control characters or
/// blanks that would let it say something else than meant.
Result<void> check_request(const Request& request);

/// Returns head and body. Adds Host, Accept-Encoding: identity, Content-Length, and the endpoint's headers, unless the
/// request has its own. Through a forwarding proxy (plain http) the target is absolute.
std::string request_bytes(const Request& request, const Endpoint& endpoint);

/// Returns the request for a tunnel through `proxy` to the endpoint.
std::string connect_bytes(const Endpoint& endpoint, const Proxy& proxy);

}  // namespace snapstash::wire
