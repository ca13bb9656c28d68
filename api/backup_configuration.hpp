#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/backup_hooks.hpp"
#include "api/backup_target.hpp"
#include "api/driver.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/restic_settings.hpp"
#include "api/retention_policy.hpp"
#include "api/retry_config.hpp"
#include "api/runtime_settings.hpp"
#include "api/sentences.hpp"
#include "api/snapstash_settings.hpp"
#include "kernel/base/boxed.hpp"
#include "kernel/base/text.hpp"
#include "kernel/kube/condition.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// `status.snapstash` of a BackupConfiguration: what Stash does not report.
struct ConfigurationRecord {
  std::string applied;  ///< Fingerprints of the CronJob, accounts and bindings as they were applied last.
  std::optional<WallTime> last_success;  ///< When the newest successful session began; outlives the session itself.
  friend bool operator==(const ConfigurationRecord&, const ConfigurationRecord&) = default;
};

/// What to back up, when, and how long to keep it.
struct BackupConfiguration {
  static constexpr kube::Resource kResource{kGroup, kVersion, "BackupConfiguration", "backupconfigurations"};

  enum class Phase { kInvalid, kReady, kNotReady };

  struct Spec {
    Driver driver = Driver::kRestic;
    Text schedule;
    bool paused = false;
    std::optional<BackupTarget> target;
    RetentionPolicy retention_policy;
    std::optional<std::int32_t> backup_history_limit;
    Text time_out;  ///< A Go duration; "" = none.
    std::optional<RetryConfig> retry_config;
    Boxed<BackupHooks> hooks;
    Boxed<RuntimeSettings> runtime_settings;
    SnapstashSettings snapstash;
    // Read by Stash's Restic driver only; kept.
    std::optional<RepositoryRef> repository;
    Boxed<TaskRef> task;
    Boxed<TempDir> temp_dir;
    json::Object interim_volume_template;

    /// How many sessions are kept.
    std::int32_t history_limit() const { return backup_history_limit.value_or(1); }
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  struct Status {
    std::int64_t observed_generation = 0;
    std::optional<Phase> phase;
    std::vector<kube::Condition> conditions;
    std::optional<ConfigurationRecord> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const BackupConfiguration&, const BackupConfiguration&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::BackupConfiguration::Phase> {
  static constexpr std::array<std::string_view, 3> values{"Invalid", "Ready", "NotReady"};
};

template <>
struct Description<api::BackupConfiguration::Spec> {
  using T = api::BackupConfiguration::Spec;
  static constexpr std::tuple fields{
      field("driver", &T::driver, "Who backs up: VolumeSnapshotter is Snapstash. Restic, the default, is Stash.")
          .default_value("Restic"),
      field("schedule", &T::schedule, "When to back up, in cron's five fields or as `@daily`.")
          .max_length(1024)
          .rule("!self.contains('TZ')", api::kScheduleZoneSentence)
          .rule(
              R"(self.contains('TZ') || self.matches('^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every\\s+\\S+)|\\s*[^\\s@]\\S*(\\s+\\S+){4}\\s*)$'))",
              api::kScheduleSentence
          ),
      field("paused", &T::paused, "Suspends the schedule. Sessions created by hand still run."),
      field("target", &T::target, "What to back up.")
          .rule(require(
              "has(self.ref) && has(self.ref.kind) && has(self.ref.name) && self.ref.kind != '' && self.ref.name != ''",
              api::kNoRefSentence, ".ref"
          ))
          .rule({
              .expression = "!has(self.ref) || !has(self.ref.kind) || self.ref.kind == '' || self.ref.kind in "
                            "['Deployment', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim']",
              .message = api::kKindSentence,
              .field_path = ".ref.kind",
              .message_expression =
                  "'unsupported target kind \"' + self.ref.kind + '\": Snapstash backs up the volumes of a "
                  "Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim'",
          })
          .rule({
              .expression = "!has(self.ref) || !has(self.ref.kind) || !has(self.ref.apiVersion) || "
                            "self.ref.apiVersion == '' || "
                            "(self.ref.kind == 'PersistentVolumeClaim' ? self.ref.apiVersion == 'v1' : "
                            "!(self.ref.kind in ['Deployment', 'StatefulSet', 'DaemonSet']) || "
                            "self.ref.apiVersion == 'apps/v1')",
              .message = api::kApiVersionSentence,
              .field_path = ".ref.apiVersion",
          }),
      field("retentionPolicy", &T::retention_policy, "Which snapshots are kept.").required(),
      field("backupHistoryLimit", &T::backup_history_limit, "How many finished BackupSessions are kept. Default 1.")
          .at_least(0),
      field("timeOut", &T::time_out, "How long a session may take (`30m`, `1h30m`) before it fails. Default: no limit.")
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
      field("retryConfig", &T::retry_config, "Whether and when a failed session is tried again. Default: never."),
      field("hooks", &T::hooks, "What runs before and after the snapshots are taken."),
      field("runtimeSettings", &T::runtime_settings, "How the pods of the CronJob and of the Jobs are shaped."),
      field("snapstash", &T::snapstash, "Settings that Stash does not have."),
      field("repository", &T::repository, "Read by Stash's Restic driver only."),
      field("task", &T::task, "Read by Stash's Restic driver only."),
      field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
      field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
  };
  // On the spec: a rule on a field that its own default breaks is refused.
  static constexpr std::array rules{
      Rule{
          .expression = "has(self.driver) && self.driver == 'VolumeSnapshotter'",
          .message = api::kResticSentence,
          .field_path = ".driver"
      },
      require("has(self.target)", api::kNoTargetSentence, ".target"),
      require("has(self.schedule)", api::kNoScheduleSentence, ".schedule"),
  };
};

template <>
struct Description<api::ConfigurationRecord> {
  using T = api::ConfigurationRecord;
  static constexpr std::tuple fields{
      field(
          "applied", &T::applied,
          "Fingerprints of the CronJob, ServiceAccounts and RoleBindings as they were applied last; a change by hand "
          "shows."
      ),
      field("lastSuccess", &T::last_success, "When the newest successful BackupSession began."),
  };
};

template <>
struct Description<api::BackupConfiguration::Status> {
  using T = api::BackupConfiguration::Status;
  static constexpr std::tuple fields{
      field("observedGeneration", &T::observed_generation, "Generation of the spec that this status speaks of."),
      field("phase", &T::phase, "Ready: backups run as scheduled. The conditions say why not."),
      field("conditions", &T::conditions, "ValidationPassed, BackupTargetFound, CronJobCreated."),
      field("snapstash", &T::snapstash, "What Stash does not report."),
  };
};

template <>
struct Description<api::BackupConfiguration> {
  using T = api::BackupConfiguration;
  static constexpr std::string_view description = "Says what to back up, when, and how long to keep it.";
  static constexpr std::string_view singular = "backupconfiguration";
  static constexpr std::array<std::string_view, 1> short_names{"bc"};
  static constexpr std::array<std::string_view, 3> categories{"stash", "appscode", "all"};
  static constexpr std::array columns{
      api::PrinterColumn{"Task", "string", ".spec.task.name"},
      api::PrinterColumn{"Schedule", "string", ".spec.schedule"},
      api::PrinterColumn{"Paused", "boolean", ".spec.paused"},
      api::PrinterColumn{"Phase", "string", ".status.phase"},
      api::PrinterColumn{"Age", "date", ".metadata.creationTimestamp"},
  };
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""),
      field("spec", &T::spec, "What to do."),
      field("status", &T::status, "How it stands; written by the operator."),
  };
  static constexpr std::array rules{
      api::kNeedsSpec,
      Rule{
          .expression = "!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase != 'Ready' || "
                        "!has(self.spec) || !has(oldSelf.spec) || "
                        "(has(self.spec.target) == has(oldSelf.spec.target) && "
                        "(!has(self.spec.target) || self.spec.target == oldSelf.spec.target))",
          .message = api::kTargetFixedSentence,
          .field_path = ".spec.target"
      },
  };
};

extern template struct Codec<api::BackupConfiguration>;

}  // namespace snapstash::json
