#pragma once
#include <optional>
#include <tuple>

#include "api/handler.hpp"

namespace snapstash::api {

/// After which outcome of the backup its post hook runs.
enum class BackupHookPolicy { kAlways, kOnFailure, kOnSuccess, kOnFinalRetryFailure };

struct PostBackupHook : Handler {
  BackupHookPolicy execution_policy = BackupHookPolicy::kAlways;
  friend bool operator==(const PostBackupHook&, const PostBackupHook&) = default;
};

struct BackupHooks {
  std::optional<Handler> pre_backup;
  std::optional<PostBackupHook> post_backup;
  friend bool operator==(const BackupHooks&, const BackupHooks&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::BackupHookPolicy> {
  static constexpr std::array<std::string_view, 4> values{"Always", "OnFailure", "OnSuccess", "OnFinalRetryFailure"};
};

template <>
struct Description<api::PostBackupHook> {
  using T = api::PostBackupHook;
  static constexpr auto fields = std::tuple_cat(
      handler_fields<T>(),
      std::tuple{field("executionPolicy", &T::execution_policy, "When to run it.").default_value("Always")}
  );
};

template <>
struct Description<api::BackupHooks> {
  using T = api::BackupHooks;
  static constexpr std::tuple fields{
      field("preBackup", &T::pre_backup, "Runs before the snapshots are taken; if it fails, none is taken."),
      field("postBackup", &T::post_backup, "Runs when the snapshots have been taken, or could not be."),
  };
};

}  // namespace snapstash::json
