#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace snapstash::kube {

/// Returns a quantity (apimachinery resource.Quantity: "1Gi", "1.5G", "500M", "1e9", "128974848", "100m") as whole
/// bytes, rounded up as the API's own Value() does; what is too large to count is the largest number. Returns nothing
/// for what is no quantity, is negative, or has more than twenty significant digits.
std::optional<std::int64_t> parse_bytes(std::string_view quantity);

}  // namespace snapstash::kube
