#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/target_ref.hpp"
#include "kernel/kube/condition.hpp"

namespace snapstash::api {

/// One snapshot of a host. For the VolumeSnapshotter only the name (of the VolumeSnapshot) is set.
struct SnapshotStats {
  struct FileStats {
    std::optional<std::int64_t> total_files, new_files, modified_files, unmodified_files;
    friend bool operator==(const FileStats&, const FileStats&) = default;
  };
  std::string name, path, total_size, uploaded, processing_time;
  FileStats file_stats;
  friend bool operator==(const SnapshotStats&, const SnapshotStats&) = default;
};

/// What came of one host, which is a PersistentVolumeClaim.
struct HostBackupStats {
  enum class Phase { kSucceeded, kFailed };
  std::string hostname;
  std::optional<Phase> phase;
  std::string duration, error;
  std::vector<SnapshotStats> snapshots;
  friend bool operator==(const HostBackupStats&, const HostBackupStats&) = default;
};

/// What came of a session's target.
struct BackupTargetStatus {
  enum class Phase { kPending, kSucceeded, kRunning, kFailed };
  TargetRef ref;
  std::optional<std::int32_t> total_hosts;
  std::optional<Phase> phase;
  std::vector<HostBackupStats> stats;
  std::vector<std::string> pre_backup_actions, post_backup_actions;  ///< Stash's Restic driver's.
  std::vector<kube::Condition> conditions;
  friend bool operator==(const BackupTargetStatus&, const BackupTargetStatus&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct EnumNames<api::HostBackupStats::Phase> {
  static constexpr std::array<std::string_view, 2> values{"Succeeded", "Failed"};
};

template <>
struct EnumNames<api::BackupTargetStatus::Phase> {
  static constexpr std::array<std::string_view, 4> values{"Pending", "Succeeded", "Running", "Failed"};
};

template <>
struct Description<api::SnapshotStats::FileStats> {
  using T = api::SnapshotStats::FileStats;
  static constexpr std::tuple fields{
      field("totalFiles", &T::total_files, "Written by Stash's Restic driver only."),
      field("newFiles", &T::new_files, "Written by Stash's Restic driver only."),
      field("modifiedFiles", &T::modified_files, "Written by Stash's Restic driver only."),
      field("unmodifiedFiles", &T::unmodified_files, "Written by Stash's Restic driver only."),
  };
};

template <>
struct Description<api::SnapshotStats> {
  using T = api::SnapshotStats;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the VolumeSnapshot."),
      field("path", &T::path, "Written by Stash's Restic driver only."),
      field("totalSize", &T::total_size, "Written by Stash's Restic driver only."),
      field("uploaded", &T::uploaded, "Written by Stash's Restic driver only."),
      field("processingTime", &T::processing_time, "Written by Stash's Restic driver only."),
      field("fileStats", &T::file_stats, "Written by Stash's Restic driver only."),
  };
};

template <>
struct Description<api::HostBackupStats> {
  using T = api::HostBackupStats;
  static constexpr std::tuple fields{
      field("hostname", &T::hostname, "Name of the PersistentVolumeClaim."),
      field("phase", &T::phase, "Whether its snapshot is ready to use."),
      field("duration", &T::duration, "How long that took, as `12.3s`."),
      field("error", &T::error, "Why it failed."),
      field("snapshots", &T::snapshots, "The VolumeSnapshots."),
  };
};

template <>
struct Description<api::BackupTargetStatus> {
  using T = api::BackupTargetStatus;
  static constexpr std::tuple fields{
      field("ref", &T::ref, "The target.").always(),
      field("totalHosts", &T::total_hosts, "How many PersistentVolumeClaims are backed up."),
      field("phase", &T::phase, "How far the target is."),
      field("stats", &T::stats, "What came of each PersistentVolumeClaim."),
      field("preBackupActions", &T::pre_backup_actions, "Written by Stash's Restic driver only."),
      field("postBackupActions", &T::post_backup_actions, "Written by Stash's Restic driver only."),
      field("conditions", &T::conditions, "BackupExecutorEnsured, {Pre,Post}BackupHookExecutionSucceeded."),
  };
};

}  // namespace snapstash::json
