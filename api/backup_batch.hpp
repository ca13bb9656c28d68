#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/backup_configuration.hpp"
#include "api/backup_plan.hpp"
#include "api/backup_target.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/restic_settings.hpp"
#include "api/sentences.hpp"
#include "kernel/kube/condition.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// Several targets that are backed up together: one schedule, one session.
struct BackupBatch {
  static constexpr kube::Resource kResource{kGroup, kVersion, "BackupBatch", "backupbatches"};

  using Phase = BackupConfiguration::Phase;

  enum class ExecutionOrder { kParallel, kSequential };

  struct Member {
    std::optional<BackupTarget> target;
    Boxed<BackupHooks> hooks;
    Boxed<RuntimeSettings> runtime_settings;
    // Read by Stash's Restic driver only; kept.
    Boxed<TaskRef> task;
    Boxed<TempDir> temp_dir;
    json::Object interim_volume_template;
    friend bool operator==(const Member&, const Member&) = default;
  };

  struct Spec : BackupPlan {
    std::vector<Member> members;
    ExecutionOrder execution_order = ExecutionOrder::kParallel;
    std::optional<RepositoryRef> repository;  ///< Read by Stash's Restic driver only; kept.
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  struct MemberConditions {
    TargetRef target;
    std::vector<kube::Condition> conditions;
    friend bool operator==(const MemberConditions&, const MemberConditions&) = default;
  };

  struct Status {
    std::int64_t observed_generation = 0;
    std::optional<Phase> phase;
    std::vector<kube::Condition> conditions;
    std::vector<MemberConditions> member_conditions;
    std::optional<ConfigurationRecord> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const BackupBatch&, const BackupBatch&) = default;
};

/// As many as a session's status can speak of.
inline constexpr std::int64_t kMostMembers = 100;

inline constexpr std::string_view kNoMembersSentence = "name at least one target to back up";

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::BackupBatch::ExecutionOrder> {
  static constexpr std::array<std::string_view, 2> values{"Parallel", "Sequential"};
};

template <>
struct Description<api::BackupBatch::Member> {
  using T = api::BackupBatch::Member;
  static constexpr std::tuple fields{
      api::with_target_rules(field("target", &T::target, "What to back up.")),
      field("hooks", &T::hooks, "What runs before and after the snapshots of this target are taken."),
      field("runtimeSettings", &T::runtime_settings, "How the pods of this target's Jobs are shaped."),
      field("task", &T::task, "Read by Stash's Restic driver only."),
      field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
      field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
  };
  static constexpr std::array rules{
      require("has(self.target)", api::kNoTargetSentence, ".target"),
  };
};

template <>
struct Description<api::BackupBatch::Spec> {
  using T = api::BackupBatch::Spec;
  static constexpr auto fields = std::tuple_cat(
      api::schedule_fields<T>(),
      std::tuple{
          field("members", &T::members, "The targets.").max_items(api::kMostMembers),
          field(
              "executionOrder", &T::execution_order,
              "Parallel: all at once. Sequential: in the order of the members, each after the one before has ended."
          )
              .default_value("Parallel"),
      },
      api::plan_fields<T>(
          "What runs before the first and after the last of the members.",
          "How the pods of the CronJob, and of the Jobs that run the batch's own hooks, are shaped."
      ),
      std::tuple{field("repository", &T::repository, "Read by Stash's Restic driver only.")}
  );
  static constexpr std::array rules{
      api::kDriverRule,
      require("has(self.members) && size(self.members) > 0", api::kNoMembersSentence, ".members"),
      api::kScheduleRule,
  };
};

template <>
struct Description<api::BackupBatch::MemberConditions> {
  using T = api::BackupBatch::MemberConditions;
  static constexpr std::tuple fields{
      field("target", &T::target, "The member's target.").always(),
      field("conditions", &T::conditions, "BackupTargetFound."),
  };
};

template <>
struct Description<api::BackupBatch::Status> {
  using T = api::BackupBatch::Status;
  static constexpr std::tuple fields{
      field("observedGeneration", &T::observed_generation, "Generation of the spec that this status speaks of."),
      field("phase", &T::phase, "Ready: backups run as scheduled. The conditions say why not."),
      field("conditions", &T::conditions, "ValidationPassed, CronJobCreated."),
      field("memberConditions", &T::member_conditions, "Whether the target of each member is there."),
      field("snapstash", &T::snapstash, "What Stash does not report."),
  };
};

template <>
struct Description<api::BackupBatch> {
  using T = api::BackupBatch;
  static constexpr std::string_view description =
      "Says what to back up together, when, and how long to keep it: several targets, one session.";
  static constexpr std::string_view singular = "backupbatch";
  static constexpr std::array<std::string_view, 0> short_names{};
  static constexpr std::array<std::string_view, 3> categories{"stash", "appscode", "all"};
  static constexpr std::array columns{
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
  static constexpr std::array rules{api::kNeedsSpec};
};

extern template struct Codec<api::BackupBatch>;

}  // namespace snapstash::json
