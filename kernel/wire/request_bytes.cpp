#include "kernel/wire/request_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace snapstash::wire {
namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  const int size = EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
      static_cast<int>(bytes.size())
  );
  text.resize(static_cast<std::size_t>(size));
  return text;
}

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.contains(c);
  });
}

bool is_printable(std::string_view text, bool blanks) {
  return std::ranges::all_of(text, [&](char c) {
    return static_cast<unsigned char>(c) > ' ' ? c != '\x7F' : blanks && (c == ' ' || c == '\t');
  });
}

std::uint16_t default_port(const std::string& scheme) { return scheme == "http" ? 80 : 443; }

void add_header(std::string& bytes, std::string_view name, std::string_view value) {
  bytes.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string authority(const std::string& host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string host_header(const Endpoint& endpoint) {
  if (endpoint.port != default_port(endpoint.scheme)) return authority(endpoint.host, endpoint.port);
  return endpoint.host.contains(':') ? fmt::format("[{}]", endpoint.host) : endpoint.host;
}

std::string proxy_authorization(const Proxy& proxy) {
  if (proxy.user.empty() && proxy.password.empty()) return {};
  return "Basic " + base64(proxy.user + ":" + proxy.password);
}

Result<void> check_request(const Request& request) {
  if (!is_token(request.method)) return fail(Code::kInvalid, fmt::format("\"{}\" is not a method", request.method));
  if (!request.target.starts_with('/') || !is_printable(request.target, false)) {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a path that a request can carry", request.target));
  }
  for (const auto& [name, value] : request.headers) {
    // The value may be a secret: only the name is told.
    if (!is_token(name) || !is_printable(value, true)) {
      return fail(Code::kInvalid, fmt::format("header \"{}\" cannot be sent as it is", name));
    }
  }
  return {};
}

std::string request_bytes(const Request& request, const Endpoint& endpoint) {
  const bool forwarded = endpoint.proxy && endpoint.scheme == "http";
  std::string bytes = fmt::format(
      "{} {}{}{} HTTP/1.1\r\n", request.method, forwarded ? "http://" + authority(endpoint.host, endpoint.port) : "",
      endpoint.path_prefix, request.target
  );
  const auto add_unless_set = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !request.headers.find(name)) add_header(bytes, name, value);
  };
  add_unless_set("Host", host_header(endpoint));
  for (const auto& [name, value] : request.headers) add_header(bytes, name, value);
  for (const auto& [name, value] : endpoint.headers) add_unless_set(name, value);
  // Beast does not inflate, and for objects as small as ours nothing is won by it.
  add_unless_set("Accept-Encoding", "identity");
  if (forwarded) add_unless_set("Proxy-Authorization", proxy_authorization(*endpoint.proxy));
  const bool may_have_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() || may_have_body) add_header(bytes, "Content-Length", std::to_string(request.body.size()));
  return bytes.append("\r\n").append(request.body);
}

std::string connect_bytes(const Endpoint& endpoint, const Proxy& proxy) {
  const std::string target = authority(endpoint.host, endpoint.port);
  std::string bytes = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", target, target);
  if (const auto agent = endpoint.headers.find("User-Agent")) add_header(bytes, "User-Agent", *agent);
  if (const auto credentials = proxy_authorization(proxy); !credentials.empty()) {
    add_header(bytes, "Proxy-Authorization", credentials);
  }
  return bytes.append("\r\n");
}

}  // namespace snapstash::wire
