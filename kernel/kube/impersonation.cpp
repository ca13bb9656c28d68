#include "kernel/kube/impersonation.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

/// Characters that a header's name may have (RFC 7230), except '%', which begins an escape.
bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("!#$&'*+-.^_`|~").contains(c);
}

std::string encode_key(std::string_view key) {
  std::string encoded;
  for (const char c : key) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    encoded += is_token_character(small)
                   ? std::string(1, small)
                   : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(small)));
  }
  return encoded;
}

bool fits_a_header(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

}  // namespace

Result<wire::Headers> impersonation_headers(const Impersonation& whom) {
  wire::Headers headers;
  if (whom == Impersonation{}) return headers;
  if (whom.user.empty()) {
    return fail(Code::kInvalid, "a uid, groups or extra facts to impersonate need a user to impersonate (as, --as)");
  }
  headers.add("Impersonate-User", whom.user);
  if (!whom.uid.empty()) headers.add("Impersonate-Uid", whom.uid);
  for (const auto& group : whom.groups) headers.add("Impersonate-Group", group);
  for (const auto& [key, values] : whom.extra) {
    for (const auto& value : values) headers.add("Impersonate-Extra-" + encode_key(key), value);
  }
  for (const auto& [name, value] : headers) {
    if (!fits_a_header(value)) return fail(Code::kInvalid, fmt::format("{} contains a control character", name));
  }
  return headers;
}

}  // namespace snapstash::kube
