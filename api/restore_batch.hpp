#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/backup_batch.hpp"
#include "api/restore_session.hpp"

namespace snapstash::api {

/// Several targets that are restored together, once.
struct RestoreBatch {
  static constexpr kube::Resource kResource{kGroup, kVersion, "RestoreBatch", "restorebatches"};

  using Phase = RestoreSession::Phase;
  using ExecutionOrder = BackupBatch::ExecutionOrder;

  struct Member {
    std::optional<RestoreTarget> target;
    Boxed<RestoreHooks> hooks;
    Boxed<RuntimeSettings> runtime_settings;
    // Read by Stash's Restic driver only; kept.
    Boxed<TaskRef> task;
    Boxed<TempDir> temp_dir;
    json::Object interim_volume_template;
    friend bool operator==(const Member&, const Member&) = default;
  };

  struct Spec {
    Driver driver = Driver::kRestic;
    std::vector<Member> members;
    ExecutionOrder execution_order = ExecutionOrder::kParallel;
    std::string time_out;  ///< A Go duration; "" = none.
    Boxed<RestoreHooks> hooks;
    std::optional<RepositoryRef> repository;  ///< Read by Stash's Restic driver only; kept.
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  /// Stash knows no Unknown here, and so cannot write down that a claim waits for its first pod (its B17).
  enum class MemberPhase { kPending, kSucceeded, kRunning, kFailed, kUnknown };

  struct MemberStatus {
    TargetRef ref;
    std::vector<kube::Condition> conditions;
    std::optional<std::int32_t> total_hosts;
    std::optional<MemberPhase> phase;
    std::vector<HostRestoreStats> stats;
    friend bool operator==(const MemberStatus&, const MemberStatus&) = default;
  };

  struct MemberProgress {
    std::optional<WallTime> began;  ///< When its turn came.
    friend bool operator==(const MemberProgress&, const MemberProgress&) = default;
  };

  /// `status.snapstash`: what Stash does not report.
  struct Record {
    std::vector<MemberProgress> members;  ///< One per member, in their order.
    friend bool operator==(const Record&, const Record&) = default;
  };

  struct Status {
    std::optional<Phase> phase;
    std::string session_duration;  ///< A Go duration.
    std::optional<WallTime> session_deadline;
    std::vector<kube::Condition> conditions;
    std::vector<MemberStatus> members;  ///< One per member, in their order.
    std::optional<Record> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const RestoreBatch&, const RestoreBatch&) = default;
};

inline constexpr std::string_view kNoRestoreMembersSentence = "name at least one target to restore";

/// As many as the API server can judge: the cost of the rules for templates counts for each member that there may be.
inline constexpr std::int64_t kMostRestored = 64;

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::RestoreBatch::MemberPhase> {
  static constexpr std::array<std::string_view, 5> values{"Pending", "Succeeded", "Running", "Failed", "Unknown"};
};

template <>
struct Description<api::RestoreBatch::Member> {
  using T = api::RestoreBatch::Member;
  static constexpr std::tuple fields{
      api::with_template_rules(field("target", &T::target, "What to restore.")),
      field("hooks", &T::hooks, "What runs before and after the restore of this member."),
      field("runtimeSettings", &T::runtime_settings, "How the pods of this member's Jobs are shaped."),
      field("task", &T::task, "Read by Stash's Restic driver only."),
      field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
      field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
  };
  static constexpr std::array rules{
      require("has(self.target)", api::kNoTemplatesSentence, ".target"),
  };
};

template <>
struct Description<api::RestoreBatch::Spec> {
  using T = api::RestoreBatch::Spec;
  static constexpr std::tuple fields{
      field("driver", &T::driver, "Who restores: VolumeSnapshotter is Snapstash. Restic, the default, is Stash.")
          .default_value("Restic"),
      field("members", &T::members, "The targets.").max_items(api::kMostRestored),
      field(
          "executionOrder", &T::execution_order,
          "Parallel: all at once. Sequential: in the order of the members, each after the one before has ended."
      )
          .default_value("Parallel"),
      field(
          "timeOut", &T::time_out,
          "How long the restore may take (`30m`, `1h30m`), all members together, before it fails. Default: no limit."
      )
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
      field("hooks", &T::hooks, "What runs before the first and after the last of the members."),
      field("repository", &T::repository, "Read by Stash's Restic driver only."),
  };
  static constexpr std::array rules{
      api::kDriverRule,
      require("has(self.members) && size(self.members) > 0", api::kNoRestoreMembersSentence, ".members"),
  };
};

template <>
struct Description<api::RestoreBatch::MemberStatus> {
  using T = api::RestoreBatch::MemberStatus;
  static constexpr std::tuple fields{
      field("ref", &T::ref, "The member's target.ref; empty if it has none.").always(),
      field(
          "conditions", &T::conditions,
          "RestoreTargetFound, RestoreExecutorEnsured, PreRestoreHookExecutionSucceeded, "
          "PostRestoreHookExecutionSucceeded, DeadlineExceeded, Stalled."
      ),
      field("totalHosts", &T::total_hosts, "How many PersistentVolumeClaims are restored."),
      field("phase", &T::phase, "How far the member is. Unknown: some claims wait for their first pod."),
      field("stats", &T::stats, "What came of each PersistentVolumeClaim."),
  };
};

template <>
struct Description<api::RestoreBatch::MemberProgress> {
  using T = api::RestoreBatch::MemberProgress;
  static constexpr std::tuple fields{field("began", &T::began, "When its turn came.")};
};

template <>
struct Description<api::RestoreBatch::Record> {
  using T = api::RestoreBatch::Record;
  static constexpr std::tuple fields{field("members", &T::members, "Progress of each member, in their order.")};
};

template <>
struct Description<api::RestoreBatch::Status> {
  using T = api::RestoreBatch::Status;
  static constexpr std::tuple fields{
      field("phase", &T::phase, "How far the restore is. Unknown: some claims wait for their first pod."),
      field("sessionDuration", &T::session_duration, "How long it took, as `34s` or `1m5s`."),
      field("sessionDeadline", &T::session_deadline, "When it fails if it has not finished."),
      field(
          "conditions", &T::conditions,
          "GlobalPreRestoreHookSucceeded, GlobalPostRestoreHookSucceeded, DeadlineExceeded, Stalled, MetricsPushed."
      ),
      field("members", &T::members, "What came of each member, in their order."),
      field("snapstash", &T::snapstash, "What Stash does not report."),
  };
};

template <>
struct Description<api::RestoreBatch> {
  using T = api::RestoreBatch;
  static constexpr std::string_view description =
      "Restores several targets together, once. Create another to restore again.";
  static constexpr std::string_view singular = "restorebatch";
  static constexpr std::array<std::string_view, 0> short_names{};
  static constexpr std::array<std::string_view, 3> categories{"stash", "appscode", "all"};
  static constexpr std::array columns{
      api::PrinterColumn{"Repository", "string", ".spec.repository.name"},
      api::PrinterColumn{"Phase", "string", ".status.phase"},
      api::PrinterColumn{"Duration", "string", ".status.sessionDuration"},
      api::PrinterColumn{"Age", "date", ".metadata.creationTimestamp"},
  };
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""),
      field("spec", &T::spec, "What to restore.").rule("self == oldSelf", api::kRestoreBatchFixedSentence),
      field("status", &T::status, "How it went; written by the operator."),
  };
  static constexpr std::array rules{
      api::kNeedsSpec,
      api::keeps_phase("a finished RestoreBatch keeps its phase"),
  };
};

extern template struct Codec<api::RestoreBatch>;

}  // namespace snapstash::json
