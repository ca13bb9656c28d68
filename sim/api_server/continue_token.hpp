#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/api_server/failure.hpp"

namespace snapstash::sim {

/// Where a list goes on: base64url of {"v":"meta.k8s.io/v1","rv":N,"start":"KEY"} (storage/continue.go).
struct ContinueToken {
  std::int64_t revision = 0;  ///< -1 = the newest state, whatever was shown before.
  std::string start;          ///< The first key that may follow.
};

std::string encode(const ContinueToken& token);

/// Errors: 400.
Answer<ContinueToken> decode_continue(std::string_view text);

}  // namespace snapstash::sim
