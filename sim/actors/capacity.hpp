#pragma once
#include <cstdint>
#include <string_view>

namespace snapstash::sim {

/// Returns the bytes of a quantity as drivers get them: whole numbers with no suffix, k, M, G, T, Ki, Mi, Gi or Ti.
/// Anything else is 0.
std::int64_t bytes_of(std::string_view quantity);

}  // namespace snapstash::sim
