#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"

namespace snapstash::wire {

/// The parts of an absolute URL (RFC 3986), without query and fragment.
struct Url {
  std::string scheme;          ///< Lower case.
  std::string user, password;  ///< Decoded.
  std::string host;            ///< Lower case; IPv6 without brackets.
  std::uint16_t port = 0;      ///< 0 when there is none.
  std::string path;            ///< As it was, still encoded.
};

/// Reads "scheme://user:password@host:port/path…"; where "scheme://" is missing, `default_scheme` is taken.
/// Errors: kInvalid with the reason. The message never holds the password.
Result<Url> parse_url(std::string_view text, std::string_view default_scheme);

}  // namespace snapstash::wire
