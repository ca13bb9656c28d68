#pragma once
#include <optional>
#include <string_view>

#include "api/handler.hpp"
#include "features/hooks/audience.hpp"
#include "features/hooks/facts.hpp"

namespace snapstash::hooks {

/// Of each action, where the user says nothing.
inline constexpr Duration kDefaultTimeout = std::chrono::minutes(5);

/// What a pod needs in order to run the hooks of a session; passed whole, so that it reads nothing else.
struct Errand {
  std::optional<api::Handler> pre, post;
  Audience audience;
  Duration timeout = kDefaultTimeout;  ///< Of each action.
  Facts facts;
  friend bool operator==(const Errand&, const Errand&) = default;
};

json::Object to_json(const Errand& errand);
/// Errors: kMalformed and kInvalid, naming what is wrong.
Result<Errand> errand_from(const json::Value& value);

}  // namespace snapstash::hooks
