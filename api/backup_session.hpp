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

/// `status.snapstash` of a BackupSession: what Stash does not report.
struct SessionProgress {
  std::optional<WallTime> all_cut_at;
  std::int32_t ready_snapshots = 0, total_snapshots = 0, attempts = 0;
  std::string ready;      ///< "39/40"
  Text retention_policy;  ///< What was applied, in words; "" = nothing.
  std::optional<SessionHooks> hooks;
  friend bool operator==(const SessionProgress&, const SessionProgress&) = default;
};

/// One run of a BackupConfiguration.
struct BackupSession {
  static constexpr kube::Resource kResource{kGroup, kVersion, "BackupSession", "backupsessions"};

  enum class Phase { kPending, kSkipped, kRunning, kSucceeded, kFailed, kUnknown };

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
    std::optional<SessionProgress> snapstash;
    friend bool operator==(const Status&, const Status&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
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
struct EnumNames<api::BackupSession::Phase> {
  static constexpr std::array<std::string_view, 6> values{"Pending",   "Skipped", "Running",
                                                          "Succeeded", "Failed",  "Unknown"};
};

template <>
struct Description<api::BackupSession::Invoker> {
  using T = api::BackupSession::Invoker;
  static constexpr std::tuple fields{
      field("apiGroup", &T::api_group, "stash.appscode.com.").max_length(253),
      field("kind", &T::kind, "BackupConfiguration.").required().max_length(63),
      field("name", &T::name, "Name of the BackupConfiguration, in the session's namespace.")
          .required()
          .min_length(1)
          .max_length(253),
  };
};

template <>
struct Description<api::BackupSession::Spec> {
  using T = api::BackupSession::Spec;
  static constexpr std::tuple fields{
      field("invoker", &T::invoker, "The configuration that this session is a run of.")
          .rule(
              {.expression = "self.kind == 'BackupConfiguration'",
               .message = api::kInvokerSentence,
               .field_path = ".kind"}
          ),
      field("retryLeft", &T::retry_left, "How often it may be tried again if it fails.").at_least(0),
  };
  static constexpr std::array rules{
      require("has(self.invoker)", "name the BackupConfiguration to run", ".invoker"),
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

template <>
struct Description<api::SessionProgress> {
  using T = api::SessionProgress;
  static constexpr std::tuple fields{
      field("allCutAt", &T::all_cut_at, "Since when all snapshots are cut; from then on the next session may run."),
      field("readySnapshots", &T::ready_snapshots, "How many snapshots are ready to use.").always(),
      field("totalSnapshots", &T::total_snapshots, "How many snapshots the session takes.").always(),
      field("attempts", &T::attempts, "How many Jobs were started."),
      field("ready", &T::ready, "The two numbers as `39/40`."),
      field("retentionPolicy", &T::retention_policy, "The retention policy that was applied, as `keepLast=3`."),
      field("hooks", &T::hooks, "The hooks of this session, decided when it started."),
  };
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
  static constexpr std::string_view description = "One run of a BackupConfiguration. Create one to back up now.";
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
