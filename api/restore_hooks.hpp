#pragma once
#include <optional>
#include <tuple>

#include "api/handler.hpp"

namespace snapstash::api {

/// After which outcome of the restore its post hook runs.
enum class RestoreHookPolicy { kAlways, kOnFailure, kOnSuccess };

struct PostRestoreHook : Handler {
  RestoreHookPolicy execution_policy = RestoreHookPolicy::kAlways;
  friend bool operator==(const PostRestoreHook&, const PostRestoreHook&) = default;
};

struct RestoreHooks {
  std::optional<Handler> pre_restore;
  std::optional<PostRestoreHook> post_restore;
  friend bool operator==(const RestoreHooks&, const RestoreHooks&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::RestoreHookPolicy> {
  static constexpr std::array<std::string_view, 3> values{"Always", "OnFailure", "OnSuccess"};
};

template <>
struct Description<api::PostRestoreHook> {
  using T = api::PostRestoreHook;
  static constexpr auto fields = std::tuple_cat(
      handler_fields<T>(),
      std::tuple{field("executionPolicy", &T::execution_policy, "When to run it.").default_value("Always")}
  );
};

template <>
struct Description<api::RestoreHooks> {
  using T = api::RestoreHooks;
  static constexpr std::tuple fields{
      field("preRestore", &T::pre_restore, "Runs before any claim is created; if it fails, none is created."),
      field("postRestore", &T::post_restore, "Runs when the claims have been restored, or could not be."),
  };
};

}  // namespace snapstash::json
