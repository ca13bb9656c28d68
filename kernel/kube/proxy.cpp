#include "kernel/kube/proxy.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "kernel/wire/url.hpp"

namespace snapstash::kube {
namespace {

/// An address in 16 bytes; IPv4 is mapped (::ffff:a.b.c.d).
using Address = std::array<std::uint8_t, 16>;
constexpr int kMappedBits = 96;

std::optional<Address> parse_address(std::string_view text, bool& is_v4) {
  const std::string copy(text);
  Address address{};
  is_v4 = inet_pton(AF_INET, copy.c_str(), &address[12]) == 1;
  if (is_v4) {
    address[10] = address[11] = 0xFF;
    return address;
  }
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

bool share_bits(const Address& a, const Address& b, int bits) {
  for (std::size_t byte = 0; bits > 0; ++byte, bits -= 8) {
    const unsigned mask = bits >= 8 ? 0xFFU : 0xFFU << (8 - bits) & 0xFFU;
    if ((a[byte] & mask) != (b[byte] & mask)) return false;
  }
  return true;
}

std::optional<int> parse_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool is_in_network(const Address& host, std::string_view cidr) {
  const auto slash = cidr.find('/');
  bool is_v4 = false;
  const auto network = parse_address(cidr.substr(0, slash), is_v4);
  const auto bits = parse_number(cidr.substr(slash + 1));
  if (!network || !bits || *bits > (is_v4 ? 32 : 128)) return false;
  return share_bits(host, *network, *bits + (is_v4 ? kMappedBits : 0));
}

bool is_loopback(const Address& address) {
  Address loopback{};
  loopback[15] = 1;
  const bool is_mapped = address[10] == 0xFF && address[11] == 0xFF &&
                         std::all_of(address.begin(), address.begin() + 10, [](auto b) { return b == 0; });
  return address == loopback || (is_mapped && address[12] == 127);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return result;
}

std::string_view trim(std::string_view text) {
  const auto start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

/// Takes ":port" off an entry of NO_PROXY, and brackets off an address. Returns the port.
std::optional<int> take_port(std::string_view& entry) {
  const auto colon = entry.rfind(':');
  if (entry.starts_with('[')) {
    const auto bracket = entry.find(']');
    const auto port =
        colon != std::string_view::npos && colon > bracket ? parse_number(entry.substr(colon + 1)) : std::nullopt;
    entry = entry.substr(1, bracket == std::string_view::npos ? bracket : bracket - 1);
    return port;
  }
  if (colon == std::string_view::npos || entry.find(':') != colon) return std::nullopt;  // several: an IPv6 address
  const auto port = parse_number(entry.substr(colon + 1));
  if (port) entry = entry.substr(0, colon);
  return port;
}

bool matches_domain(std::string_view host, std::string_view domain) {
  if (domain.starts_with("*.")) domain.remove_prefix(1);
  if (domain.starts_with('.')) return host.ends_with(domain);
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

Result<wire::Proxy> parse_proxy(std::string_view text) {
  auto url = wire::parse_url(text, "http");
  if (!url) return fail(std::move(url).error());
  if (url->scheme != "http" && url->scheme != "https") {
    return fail(
        Code::kInvalid, fmt::format("a proxy of scheme \"{}\" is not supported; use http or https", url->scheme)
    );
  }
  if (url->port == 0) url->port = url->scheme == "http" ? 80 : 443;
  return wire::Proxy{
      .scheme = std::move(url->scheme),
      .host = std::move(url->host),
      .port = url->port,
      .user = std::move(url->user),
      .password = std::move(url->password),
  };
}

bool is_exempt_from_proxy(std::string_view list, std::string_view host, std::uint16_t port) {
  const std::string name = lower(host);
  bool is_v4 = false;
  const auto address = parse_address(name, is_v4);
  if (name == "localhost" || (address && is_loopback(*address))) return true;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    const std::string lowered = lower(trim(list.substr(start, end - start)));
    start = end + 1;
    std::string_view entry = lowered;
    if (entry.empty()) continue;
    if (entry == "*") return true;
    if (address && entry.contains('/')) {
      if (is_in_network(*address, entry)) return true;
      continue;
    }
    const auto only_port = take_port(entry);
    if (entry.empty() || (only_port && *only_port != port)) continue;
    if (address ? parse_address(entry, is_v4) == address : matches_domain(name, entry)) return true;
  }
  return false;
}

std::string proxy_from_environment(const Environment& environment, const wire::Endpoint& server) {
  const auto either = [&](const std::string& upper) {
    const auto value = variable(environment, upper);
    return value.empty() ? variable(environment, lower(upper)) : value;
  };
  const bool is_cgi = environment.contains("REQUEST_METHOD");
  const auto url = server.scheme == "https" ? either("HTTPS_PROXY")
                   : is_cgi                 ? std::string_view()
                                            : either("HTTP_PROXY");
  if (url.empty() || is_exempt_from_proxy(either("NO_PROXY"), server.host, server.port)) return "";
  return std::string(url);
}

}  // namespace snapstash::kube
