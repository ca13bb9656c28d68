#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/target_ref.hpp"
#include "kernel/json/value.hpp"

namespace snapstash::api {

/// What is backed up.
struct BackupTarget {
  TargetRef ref;
  std::optional<std::int32_t> replicas;
  Text snapshot_class_name;  ///< "" = the default class of the volume's CSI driver.
  // Read by Stash's Restic driver only; kept.
  Text alias;
  std::vector<std::string> paths, exclude, args;
  json::Array volume_mounts;
  friend bool operator==(const BackupTarget&, const BackupTarget&) = default;
};

}  // namespace snapstash::api

template <>
struct snapstash::json::Description<snapstash::api::BackupTarget> {
  using T = api::BackupTarget;
  static constexpr std::tuple fields{
      field("ref", &T::ref, "The workload or PersistentVolumeClaim to back up."),
      field(
          "replicas", &T::replicas,
          "For a StatefulSet: how many ordinals, counted from its first one, are backed up. "
          "Default: as many as the StatefulSet has replicas."
      )
          .at_least(1),
      field(
          "snapshotClassName", &T::snapshot_class_name,
          "VolumeSnapshotClass of the snapshots. Default: the default class of the volume's CSI driver."
      )
          .max_length(253),
      field("alias", &T::alias, "Read by Stash's Restic driver only."),
      field("paths", &T::paths, "Read by Stash's Restic driver only."),
      field("volumeMounts", &T::volume_mounts, "Read by Stash's Restic driver only."),
      field("exclude", &T::exclude, "Read by Stash's Restic driver only."),
      field("args", &T::args, "Read by Stash's Restic driver only."),
  };
};
