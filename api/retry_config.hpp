#pragma once
#include <cstdint>
#include <string>
#include <tuple>

#include "api/duration_rules.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::api {

/// Whether and when a failed session is tried again. Without it, never.
struct RetryConfig {
  std::int32_t max_retry = 1;
  std::string delay;  ///< A Go duration; "" = at once.
  friend bool operator==(const RetryConfig&, const RetryConfig&) = default;
};

}  // namespace snapstash::api

template <>
struct snapstash::json::Description<snapstash::api::RetryConfig> {
  using T = api::RetryConfig;
  static constexpr std::tuple fields{
      field("maxRetry", &T::max_retry, "How often a failed session is tried again.").default_value(1).at_least(0),
      field("delay", &T::delay, "How long to wait before trying again (`30s`, `1h30m`). Default: no time.")
          .max_length(api::kDurationLength)
          .rule(api::kDurationNotNegative, api::kDelaySentence),
  };
};
