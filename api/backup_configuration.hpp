#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/backup_plan.hpp"
#include "api/backup_target.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/restic_settings.hpp"
#include "api/sentences.hpp"
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

  struct Spec : BackupPlan {
    std::optional<BackupTarget> target;
    // Read by Stash's Restic driver only; kept.
    std::optional<RepositoryRef> repository;
    Boxed<TaskRef> task;
    Boxed<TempDir> temp_dir;
    json::Object interim_volume_template;
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  struct Status {
    std::int64_t observed_generation = 0;
    std::optional<Phase> phase;
    std::vector<kube::Condition> conditions;
    std::optional<ConfigurationRecord> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  /// Where a BackupBatch, or one of its members, is looked at as if it were a configuration: that it is one.
  struct Batch {
    std::optional<std::int32_t> member;  ///< Counted from 0; nothing = the batch as a whole.
    friend bool operator==(const Batch&, const Batch&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  std::optional<Batch> batch;  ///< In memory only (features/cluster/batch).
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
  static constexpr auto fields = std::tuple_cat(
      api::schedule_fields<T>(), std::tuple{api::with_target_rules(field("target", &T::target, "What to back up."))},
      api::plan_fields<T>(
          "What runs before and after the snapshots are taken.",
          "How the pods of the CronJob and of the Jobs are shaped."
      ),
      std::tuple{
          field("repository", &T::repository, "Read by Stash's Restic driver only."),
          field("task", &T::task, "Read by Stash's Restic driver only."),
          field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
          field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
      }
  );
  static constexpr std::array rules{
      api::kDriverRule,
      require("has(self.target)", api::kNoTargetSentence, ".target"),
      api::kScheduleRule,
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
                        "(!has(self.spec.target) || (has(self.spec.target.ref) == has(oldSelf.spec.target.ref) && "
                        "(!has(self.spec.target.ref) || self.spec.target.ref == oldSelf.spec.target.ref))))",
          .message = api::kTargetFixedSentence,
          .field_path = ".spec.target"
      },
  };
};

extern template struct Codec<api::BackupConfiguration>;

}  // namespace snapstash::json
