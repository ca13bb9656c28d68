// Boost.URL without its library: this is the one file that brings in its sources.
#include "kernel/wire/url.hpp"

#include <algorithm>
#include <charconv>

#include <boost/url/src.hpp>
#include <fmt/format.h>

#include "kernel/wire/endpoint.hpp"

namespace snapstash::wire {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

/// A URL for a message: what stands between "//" and "@" may be a secret.
std::string shown(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos) return std::string(text);
  return "…" + std::string(text.substr(at));
}

}  // namespace

Result<Url> parse_url(std::string_view text, std::string_view default_scheme) {
  const std::string whole = text.contains("://") ? std::string(text) : fmt::format("{}://{}", default_scheme, text);
  const auto parsed = boost::urls::parse_uri(whole);
  if (!parsed)
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a URL: {}", shown(text), parsed.error().message()));
  const boost::urls::url_view& view = *parsed;
  if (!view.has_authority() || view.encoded_host().empty()) {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a URL: it has no host", shown(text)));
  }
  Url url;
  url.scheme = lower(view.scheme());
  url.user = view.user();
  url.password = view.password();
  url.host = lower(view.host_address());
  url.path = view.encoded_path();
  // Boost.URL 1.81 takes what follows the port's digits ("host:64x43") for a path.
  if (!url.path.empty() && !url.path.starts_with('/')) {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a URL: its port is not a number", shown(text)));
  }
  const std::string_view port = view.port();
  const auto number = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (!port.empty() && (number.ec != std::errc() || url.port == 0)) {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a URL: {} is not a port", shown(text), port));
  }
  return url;
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  auto url = parse_url(text, "https");
  if (!url) return fail(std::move(url).error());
  if (url->scheme != "https" && url->scheme != "http") {
    return fail(Code::kInvalid, fmt::format("\"{}\": a server is spoken to by http or https", shown(text)));
  }
  Endpoint endpoint;
  endpoint.scheme = url->scheme;
  endpoint.host = url->host;
  endpoint.port = url->port != 0 ? url->port : url->scheme == "http" ? 80 : 443;
  endpoint.path_prefix = url->path;
  while (endpoint.path_prefix.ends_with('/')) endpoint.path_prefix.pop_back();
  return endpoint;
}

}  // namespace snapstash::wire
