#pragma once
#include <compare>
#include <string>
#include <string_view>

/// apimachinery's resource.Quantity, as far as sizes and shares need it.
namespace snapstash::sim {

/// Whether it is one: a number with a suffix (m, k, M, Mi, …) or an exponent.
bool is_quantity(std::string_view text);

/// Returns it as the server writes it: "1024Mi" → "1Gi", "1000m" → "1". Anything else is returned as it is.
std::string canonical_quantity(std::string_view text);

/// Returns how two quantities compare; unordered when one of them is none.
std::partial_ordering compare_quantities(std::string_view a, std::string_view b);

}  // namespace snapstash::sim
