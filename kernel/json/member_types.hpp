#pragma once
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// What the codec and the schema ask about a member's type.
namespace snapstash::json {

template <class M>
inline constexpr bool is_optional = false;
template <class X>
inline constexpr bool is_optional<std::optional<X>> = true;

template <class M>
inline constexpr bool is_vector = false;
template <class X>
inline constexpr bool is_vector<std::vector<X>> = true;

template <class M>
inline constexpr bool is_string_map = false;
template <class X>
inline constexpr bool is_string_map<std::map<std::string, X>> = true;

template <class M>
inline constexpr bool is_integer = std::is_integral_v<M> && !std::is_same_v<M, bool>;

template <class>
inline constexpr bool always_false = false;

}  // namespace snapstash::json
