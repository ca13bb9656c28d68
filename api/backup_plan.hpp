#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "api/backup_hooks.hpp"
#include "api/driver.hpp"
#include "api/problem.hpp"
#include "api/retention_policy.hpp"
#include "api/retry_config.hpp"
#include "api/runtime_settings.hpp"
#include "api/sentences.hpp"
#include "api/snapstash_settings.hpp"
#include "kernel/base/boxed.hpp"
#include "kernel/base/text.hpp"

namespace snapstash::api {

/// What BackupConfiguration, BackupBatch and BackupBlueprint have in common: everything but what is backed up.
struct BackupPlan {
  Driver driver = Driver::kRestic;
  Text schedule;
  bool paused = false;
  RetentionPolicy retention_policy;
  std::optional<std::int32_t> backup_history_limit;
  Text time_out;  ///< A Go duration; "" = none.
  std::optional<RetryConfig> retry_config;
  Boxed<BackupHooks> hooks;
  Boxed<RuntimeSettings> runtime_settings;
  SnapstashSettings snapstash;

  /// How many sessions are kept.
  std::int32_t history_limit() const { return backup_history_limit.value_or(1); }
  friend bool operator==(const BackupPlan&, const BackupPlan&) = default;
};

/// Returns the first fields of a BackupPlan for the spec T that extends it; what is backed up follows.
template <class T>
constexpr auto schedule_fields() {
  using json::field;
  return std::tuple{
      field<T>(
          "driver", &BackupPlan::driver, "Who backs up: VolumeSnapshotter is Snapstash. Restic, the default, is Stash."
      )
          .default_value("Restic"),
      field<T>("schedule", &BackupPlan::schedule, "When to back up, in cron's five fields or as `@daily`.")
          .max_length(1024)
          .rule("!self.contains('TZ')", kScheduleZoneSentence)
          .rule(
              R"(self.contains('TZ') || self.matches('^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every\\s+\\S+)|\\s*[^\\s@]\\S*(\\s+\\S+){4}\\s*)$'))",
              kScheduleSentence
          ),
      field<T>("paused", &BackupPlan::paused, "Suspends the schedule. Sessions created by hand still run."),
  };
}

/// Returns the others. The two texts are for people.
template <class T>
constexpr auto plan_fields(std::string_view hooks, std::string_view runtime_settings) {
  using json::field;
  return std::tuple{
      field<T>("retentionPolicy", &BackupPlan::retention_policy, "Which snapshots are kept.").required(),
      field<T>(
          "backupHistoryLimit", &BackupPlan::backup_history_limit,
          "How many finished BackupSessions are kept. Default 1."
      )
          .at_least(0),
      field<T>(
          "timeOut", &BackupPlan::time_out,
          "How long a session may take (`30m`, `1h30m`) before it fails. Default: no limit."
      )
          .max_length(kDurationLength)
          .rule(kDurationPositive, kDurationSentence),
      field<T>(
          "retryConfig", &BackupPlan::retry_config, "Whether and when a failed session is tried again. Default: never."
      ),
      field<T>("hooks", &BackupPlan::hooks, hooks),
      field<T>("runtimeSettings", &BackupPlan::runtime_settings, runtime_settings),
      field<T>("snapstash", &BackupPlan::snapstash, "Settings that Stash does not have."),
  };
}

/// Adds what is wrong with a plan, but for its hooks, to `problems`; fields are those of a `spec`.
void check_plan(const BackupPlan& plan, Problems& problems);
/// The same of hooks, which stand at `field`.
void check_hooks(const BackupHooks& hooks, const std::string& field, Problems& problems);

/// The rules of such a spec. On the spec: a rule on a field that its own default breaks is refused.
inline constexpr json::Rule kDriverRule{
    .expression = "has(self.driver) && self.driver == 'VolumeSnapshotter'",
    .message = kResticSentence,
    .field_path = ".driver"
};
inline constexpr json::Rule kScheduleRule = json::require("has(self.schedule)", kNoScheduleSentence, ".schedule");

}  // namespace snapstash::api
