#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/base/error.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::wire {

/// What identifies both sides of a TLS connection. PEM texts, not paths.
struct Tls {
  std::string ca_pem;           ///< Any number of certificates; these alone are trusted. "" = what the system trusts.
  std::string certificate_pem;  ///< Client certificate with its chain; "" = none. Needs `key_pem`.
  std::string key_pem;          ///< Not encrypted.
  std::string server_name;      ///< "" = the endpoint's host. Otherwise both sent (SNI) and verified instead of it.
  bool insecure_skip_verify = false;
  friend bool operator==(const Tls&, const Tls&) = default;
};

/// An HTTP proxy that is asked to tunnel (CONNECT), or, for plain http, to forward.
struct Proxy {
  std::string scheme = "http";  ///< http, or https: TLS to the proxy, verified as the endpoint's.
  std::string host;             ///< Name or address; IPv6 without brackets.
  std::uint16_t port = 0;
  std::string user, password;  ///< Decoded; basic authentication unless both are "".
  friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// One server, and the way to it.
struct Endpoint {
  std::string scheme = "https";  ///< http or https.
  std::string host;              ///< Name or address; IPv6 without brackets.
  std::uint16_t port = 443;
  std::string path_prefix;  ///< Before every request's target, e.g. "/k8s/clusters/c-x"; "" or without final '/'.
  Tls tls;
  std::optional<Proxy> proxy;
  Headers headers;  ///< Sent with each request that does not have them itself, e.g. User-Agent.
};

/// Reads a server URL as a kubeconfig has it: scheme http or https (https when there is none), default ports, path
/// prefix kept, query and fragment dropped. Errors: kInvalid with the reason.
Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace snapstash::wire
