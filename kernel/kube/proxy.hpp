#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/kube/environment.hpp"
#include "kernel/wire/endpoint.hpp"

namespace snapstash::kube {

/// Reads a proxy's URL: http or https, user and password allowed; http when there is no scheme.
/// Errors: kInvalid, without the URL's password; socks5, which kubectl knows, is one.
Result<wire::Proxy> parse_proxy(std::string_view url);

/// Returns the URL of the proxy that the environment names for a server, "" for none: HTTPS_PROXY or HTTP_PROXY by the
/// server's scheme, unless NO_PROXY lists it. Lower-case names count where the upper-case ones are not set, except that
/// HTTP_PROXY is ignored where REQUEST_METHOD is set (CGI). As golang.org/x/net/http/httpproxy.
std::string proxy_from_environment(const Environment& environment, const wire::Endpoint& server);

/// Whether `list` (NO_PROXY) exempts host and port: "*", an address, a CIDR, a domain with everything below it
/// (".example.org": only what is below), each with ":port" or without. localhost and loopback addresses always are.
bool is_exempt_from_proxy(std::string_view list, std::string_view host, std::uint16_t port);

}  // namespace snapstash::kube
