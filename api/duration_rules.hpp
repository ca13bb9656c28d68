#pragma once
#include <cstdint>
#include <string_view>

/// The CEL rules for Go durations, and the sentences of a duration that is not one.
namespace snapstash::api {

/// No Go duration that means anything is longer; CEL's cost limits want a bound.
inline constexpr std::int64_t kDurationLength = 64;

inline constexpr std::string_view kDurationPositive =
    "self.matches('^[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|ms|s|m|h))+$') && duration(self) > duration('0s')";
inline constexpr std::string_view kDurationNotNegative =
    "self.matches('^[+]?(0|(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|ms|s|m|h))+)$') && duration(self) >= "
    "duration('0s')";

inline constexpr std::string_view kDurationSentence =
    "must be a positive duration such as 90s, 30m or 1h30m (the units are h, m, s, ms, us, ns; there is no d)";
inline constexpr std::string_view kDelaySentence =
    "must be a duration such as 0s, 90s or 1h30m (the units are h, m, s, ms, us, ns; there is no d)";

}  // namespace snapstash::api
