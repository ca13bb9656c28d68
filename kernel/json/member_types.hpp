#pragma once
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/container/flat_map.hpp>

#include "kernel/base/boxed.hpp"
#include "kernel/base/text.hpp"

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

template <class X, class C>
inline constexpr bool is_string_map<boost::container::flat_map<Text, X, C>> = true;

template <class M>
inline constexpr bool is_boxed = false;
template <class X>
inline constexpr bool is_boxed<Boxed<X>> = true;

/// Strings, however they are kept.
template <class M>
inline constexpr bool is_string = std::is_same_v<M, std::string> || std::is_same_v<M, Text>;

template <class M>
inline constexpr bool is_integer = std::is_integral_v<M> && !std::is_same_v<M, bool>;

template <class>
inline constexpr bool always_false = false;

}  // namespace snapstash::json
