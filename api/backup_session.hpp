#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/backup_target_status.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/sentences.hpp"
#include "kernel/kube/condition.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// Which hooks a session runs. Written down before the first of them runs, so that whoever drives the session later
/// knows what it owes the application.
struct SessionHooks {
  bool pre_backup = false, post_backup = false;
  bool held = false;  ///< postBackup follows as soon as all snapshots are cut: preBackup may have stopped writes.
  friend bool operator==(const SessionHooks&, const SessionHooks&) = default;
};

/// Progress of a session, or of one member of a batch's session.
struct SessionProgress {
  std::optional<WallTime> all_cut_at;
  std::int32_t ready_snapshots = 0, total_snapshots = 0, attempts = 0;
  std::string ready;      ///< "39/40"
  Text retention_policy;  ///< What was applied, in words; "" = nothing.
  std::optional<SessionHooks> hooks;
  friend bool operator==(const SessionProgress&, const SessionProgress&) = default;
};

enum class SessionPhase { kPending, kSkipped, kRunning, kSucceeded, kFailed, kUnknown };

/// How far a member of a batch is; its target's conditions say the rest.
struct MemberProgress : SessionProgress {
  std::optional<SessionPhase> phase;
  std::optional<WallTime> began;  ///< When its turn came; its deadlines count from then.
  friend bool operator==(const MemberProgress&, const MemberProgress&) = default;
};

/// `status.snapstash` of a BackupSession: what Stash does not report.
struct SessionRecord : SessionProgress {
  std::vector<MemberProgress> members;  ///< Of a batch: one per target, in their order.
  friend bool operator==(const SessionRecord&, const SessionRecord&) = default;
};

/// One run of a BackupConfiguration or BackupBatch.
struct BackupSession {
  static constexpr kube::Resource kResource{kGroup, kVersion, "BackupSession", "backupsessions"};

  using Phase = SessionPhase;

  struct Invoker {
    std::string api_group, kind, name;
    friend bool operator==(const Invoker&, const Invoker&) = default;
  };

  struct Spec {
    Invoker invoker;
    std::int32_t retry_left = 0;
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  struct Status {
    std::optional<Phase> phase;
    std::string session_duration;  ///< A Go duration.
    std::optional<WallTime> session_deadline;
    std::optional<bool> retried;
    std::optional<WallTime> next_retry;
    std::vector<kube::Condition> conditions;
    std::vector<BackupTargetStatus> targets;
    std::optional<SessionRecord> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  /// Where one member's part of a batch's session is looked at as if it were a session: which.
  struct Part {
    std::int32_t member = 0;  ///< Counted from 0.
    std::optional<WallTime> began;
    friend bool operator==(const Part&, const Part&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  std::optional<Part> part;  ///< In memory only (features/batch).
  friend bool operator==(const BackupSession&, const BackupSession&) = default;
};

/// Whether a session of that phase is over: Succeeded, Failed, Skipped or Unknown.
constexpr bool is_finished(std::optional<BackupSession::Phase> phase) {
  using enum BackupSession::Phase;
  return phase == kSucceeded || phase == kFailed || phase == kSkipped || phase == kUnknown;
}

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::SessionPhase> {
  static constexpr std::array<std::string_view, 6> values{"Pending",   "Skipped", "Running",
                                                          "Succeeded", "Failed",  "Unknown"};
};

template <>
struct Description<api::BackupSession::Invoker> {
  using T = api::BackupSession::Invoker;
  static constexpr std::tuple fields{
      field("apiGroup", &T::api_group, "stash.appscode.com.").max_length(253),
      field("kind", &T::kind, "BackupConfiguration or BackupBatch.").required().max_length(63),
      field("name", &T::name, "Name of the BackupConfiguration or BackupBatch, in the session's namespace.")
          .required()
          .min_length(1)
          .max_length(253),
  };
};

template <>
struct Description<api::BackupSession::Spec> {
  using T = api::BackupSession::Spec;
  static constexpr std::tuple fields{
      field("invoker", &T::invoker, "What this session is a run of.")
          .rule(
              {.expression = "self.kind in ['BackupConfiguration', 'BackupBatch']",
               .message = api::kInvokerSentence,
               .field_path = ".kind"}
          ),
      field("retryLeft", &T::retry_left, "How often it may be tried again if it fails.").at_least(0),
  };
  static constexpr std::array rules{
      require("has(self.invoker)", "name the BackupConfiguration or BackupBatch to run", ".invoker"),
  };
};

template <>
struct Description<api::SessionHooks> {
  using T = api::SessionHooks;
  static constexpr std::tuple fields{
      field("preBackup", &T::pre_backup, "Whether preBackup runs."),
      field("postBackup", &T::post_backup, "Whether postBackup runs, if its executionPolicy says so."),
      field("held", &T::held, "Whether postBackup follows as soon as all snapshots are cut."),
  };
};

template <class T>
constexpr auto progress_fields() {
  using P = api::SessionProgress;
  return std::tuple{
      field<T>("allCutAt", &P::all_cut_at, "Since when all snapshots are cut; from then on the next session may run."),
      field<T>("readySnapshots", &P::ready_snapshots, "How many snapshots are ready to use.").always(),
      field<T>("totalSnapshots", &P::total_snapshots, "How many snapshots are taken.").always(),
      field<T>("attempts", &P::attempts, "How many Jobs were started."),
      field<T>("ready", &P::ready, "The two numbers as `39/40`."),
      field<T>("retentionPolicy", &P::retention_policy, "The retention policy that was applied, as `keepLast=3`."),
      field<T>("hooks", &P::hooks, "The hooks, decided when it started."),
  };
}

template <>
struct Description<api::MemberProgress> {
  using T = api::MemberProgress;
  static constexpr auto fields = std::tuple_cat(
      std::tuple{
          field("phase", &T::phase, "How far the member is."),
          field("began", &T::began, "When its turn came; its deadlines count from then.")
      },
      progress_fields<T>()
  );
};

template <>
struct Description<api::SessionRecord> {
  using T = api::SessionRecord;
  static constexpr auto fields = std::tuple_cat(
      progress_fields<T>(),
      std::tuple{field("members", &T::members, "Of a BackupBatch: progress of each target, in their order.")}
  );
};

template <>
struct Description<api::BackupSession::Status> {
  using T = api::BackupSession::Status;
  static constexpr std::tuple fields{
      field("phase", &T::phase, "How far the session is."),
      field("sessionDuration", &T::session_duration, "How long it took, as `34s` or `1m5s`."),
      field("sessionDeadline", &T::session_deadline, "When it fails if it has not finished."),
      field("retried", &T::retried, "Whether another session was made to try again."),
      field("nextRetry", &T::next_retry, "When it will be tried again."),
      field(
          "conditions", &T::conditions,
          "BackupSkipped, DeadlineExceeded, RetentionPolicyApplied, BackupHistoryCleaned, MetricsPushed."
      ),
      field("targets", &T::targets, "What came of each target."),
      field("snapstash", &T::snapstash, "Progress that Stash does not report."),
  };
};

template <>
struct Description<api::BackupSession> {
  using T = api::BackupSession;
  static constexpr std::string_view description =
      "One run of a BackupConfiguration or BackupBatch. Create one to back up now.";
  static constexpr std::string_view singular = "backupsession";
  static constexpr std::array<std::string_view, 0> short_names{};
  static constexpr std::array<std::string_view, 3> categories{"stash", "appscode", "all"};
  static constexpr std::array columns{
      api::PrinterColumn{"Invoker-Type", "string", ".spec.invoker.kind"},
      api::PrinterColumn{"Invoker-Name", "string", ".spec.invoker.name"},
      api::PrinterColumn{"Phase", "string", ".status.phase"},
      api::PrinterColumn{"Duration", "string", ".status.sessionDuration"},
      api::PrinterColumn{"Ready", "string", ".status.snapstash.ready", 1, "Snapshots that are ready to use, of all."},
      api::PrinterColumn{"Age", "date", ".metadata.creationTimestamp"},
  };
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""),
      field("spec", &T::spec, "What to run.").rule("self == oldSelf", api::kSessionFixedSentence),
      field("status", &T::status, "How it went; written by the operator."),
  };
  static constexpr std::array rules{
      api::kNeedsSpec,
      Rule{
          .expression = "!has(oldSelf.status) || !has(oldSelf.status.phase) || "
                        "!(oldSelf.status.phase in ['Succeeded', 'Failed', 'Skipped']) || "
                        "(has(self.status) && has(self.status.phase) && self.status.phase == oldSelf.status.phase)",
          .message = "a finished BackupSession keeps its phase",
          .field_path = ".status.phase"
      },
  };
};

extern template struct Codec<api::BackupSession>;

}  // namespace snapstash::json
