#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/driver.hpp"
#include "api/duration_rules.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/restic_settings.hpp"
#include "api/restore_hooks.hpp"
#include "api/restore_target.hpp"
#include "api/runtime_settings.hpp"
#include "api/sentences.hpp"
#include "kernel/base/boxed.hpp"
#include "kernel/kube/condition.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// What came of one restored PersistentVolumeClaim.
struct HostRestoreStats {
  enum class Phase { kSucceeded, kFailed, kRunning, kUnknown };
  std::string hostname;
  std::optional<Phase> phase;
  std::string duration, error;
  friend bool operator==(const HostRestoreStats&, const HostRestoreStats&) = default;
};

/// Creates PersistentVolumeClaims from VolumeSnapshots, once.
struct RestoreSession {
  static constexpr kube::Resource kResource{kGroup, kVersion, "RestoreSession", "restoresessions"};

  enum class Phase { kPending, kRunning, kSucceeded, kFailed, kUnknown, kInvalid };

  struct Spec {
    Driver driver = Driver::kRestic;
    std::optional<RestoreTarget> target;
    std::string time_out;  ///< A Go duration; "" = none.
    RestoreHooks hooks;
    Boxed<RuntimeSettings> runtime_settings;
    // Read by Stash's Restic driver only; kept.
    std::optional<RepositoryRef> repository;
    TaskRef task;
    TempDir temp_dir;
    json::Object interim_volume_template;
    json::Array rules;
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  struct Status {
    std::optional<Phase> phase;
    std::optional<std::int32_t> total_hosts;
    std::string session_duration;  ///< A Go duration.
    std::optional<WallTime> session_deadline;
    std::vector<HostRestoreStats> stats;
    std::vector<kube::Condition> conditions;
    friend bool operator==(const Status&, const Status&) = default;
  };

  /// Where one member's part of a batch is looked at as if it were a session: which.
  struct Part {
    std::int32_t member = 0;  ///< Counted from 0.
    WallTime began;           ///< When its turn came.
    friend bool operator==(const Part&, const Part&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  std::optional<Part> part;  ///< In memory only (features/restore_batch).
  friend bool operator==(const RestoreSession&, const RestoreSession&) = default;
};

/// Whether a session of that phase is over for good: Succeeded, Failed or Invalid.
constexpr bool is_finished(std::optional<RestoreSession::Phase> phase) {
  using enum RestoreSession::Phase;
  return phase == kSucceeded || phase == kFailed || phase == kInvalid;
}

/// The rule that a restore which has ended stays so.
constexpr json::Rule keeps_phase(std::string_view sentence) {
  return {
      .expression =
          "!has(oldSelf.status) || !has(oldSelf.status.phase) || "
          "!(oldSelf.status.phase in ['Succeeded', 'Failed']) || "
          "(has(self.status) && has(self.status.phase) && self.status.phase == oldSelf.status.phase)",
      .message = sentence,
      .field_path = ".status.phase"
  };
}

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::HostRestoreStats::Phase> {
  static constexpr std::array<std::string_view, 4> values{"Succeeded", "Failed", "Running", "Unknown"};
};

template <>
struct EnumNames<api::RestoreSession::Phase> {
  static constexpr std::array<std::string_view, 6> values{"Pending", "Running", "Succeeded",
                                                          "Failed",  "Unknown", "Invalid"};
};

template <>
struct Description<api::HostRestoreStats> {
  using T = api::HostRestoreStats;
  static constexpr std::tuple fields{
      field("hostname", &T::hostname, "Name of the PersistentVolumeClaim."),
      field("phase", &T::phase, "Whether it has been restored; Unknown while it waits for its first pod."),
      field("duration", &T::duration, "How long that took, as `8.1s`."),
      field("error", &T::error, "Why it failed, or is not known."),
  };
};

template <>
struct Description<api::RestoreSession::Spec> {
  using T = api::RestoreSession::Spec;
  static constexpr std::tuple fields{
      field("driver", &T::driver, "Who restores: VolumeSnapshotter is Snapstash. Restic, the default, is Stash.")
          .default_value("Restic"),
      api::with_template_rules(field("target", &T::target, "What to restore.")),
      field(
          "timeOut", &T::time_out, "How long the restore may take (`30m`, `1h30m`) before it fails. Default: no limit."
      )
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
      field("hooks", &T::hooks, "What runs before and after the restore."),
      field("runtimeSettings", &T::runtime_settings, "How the pod of the Job is shaped."),
      field("repository", &T::repository, "Read by Stash's Restic driver only."),
      field("task", &T::task, "Read by Stash's Restic driver only."),
      field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
      field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
      field("rules", &T::rules, "Read by Stash's Restic driver only."),
  };
  // On the spec: a rule on a field that its own default breaks is refused.
  static constexpr std::array rules{
      Rule{
          .expression = "has(self.driver) && self.driver == 'VolumeSnapshotter'",
          .message = api::kResticSentence,
          .field_path = ".driver"
      },
      require("has(self.target)", api::kNoTemplatesSentence, ".target"),
  };
};

template <>
struct Description<api::RestoreSession::Status> {
  using T = api::RestoreSession::Status;
  static constexpr std::tuple fields{
      field("phase", &T::phase, "How far the restore is. Unknown: some claims wait for their first pod."),
      field("totalHosts", &T::total_hosts, "How many PersistentVolumeClaims are restored."),
      field("sessionDuration", &T::session_duration, "How long it took, as `34s` or `1m5s`."),
      field("sessionDeadline", &T::session_deadline, "When it fails if it has not finished."),
      field("stats", &T::stats, "What came of each PersistentVolumeClaim."),
      field(
          "conditions", &T::conditions, "RestoreTargetFound, RestoreExecutorEnsured, DeadlineExceeded, MetricsPushed."
      ),
  };
};

template <>
struct Description<api::RestoreSession> {
  using T = api::RestoreSession;
  static constexpr std::string_view description =
      "Creates PersistentVolumeClaims from VolumeSnapshots, once. Create another to restore again.";
  static constexpr std::string_view singular = "restoresession";
  static constexpr std::array<std::string_view, 1> short_names{"restore"};
  static constexpr std::array<std::string_view, 3> categories{"stash", "appscode", "all"};
  static constexpr std::array columns{
      api::PrinterColumn{"Repository", "string", ".spec.repository.name"},
      api::PrinterColumn{"Phase", "string", ".status.phase"},
      api::PrinterColumn{"Duration", "string", ".status.sessionDuration"},
      api::PrinterColumn{"Age", "date", ".metadata.creationTimestamp"},
  };
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""),
      field("spec", &T::spec, "What to restore.").rule("self == oldSelf", api::kRestoreFixedSentence),
      field("status", &T::status, "How it went; written by the operator."),
  };
  static constexpr std::array rules{
      api::kNeedsSpec,
      api::keeps_phase("a finished RestoreSession keeps its phase"),
  };
};

extern template struct Codec<api::RestoreSession>;

}  // namespace snapstash::json
