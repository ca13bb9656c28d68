#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/problem.hpp"
#include "api/sentences.hpp"
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

namespace snapstash::api {

/// Returns the field of a BackupTarget with the rules of its ref: it has kind and name, and Snapstash backs up such.
constexpr auto with_target_rules(auto target) {
  return target
      .rule(json::require(
          "has(self.ref) && has(self.ref.kind) && has(self.ref.name) && self.ref.kind != '' && self.ref.name != ''",
          kNoRefSentence, ".ref"
      ))
      .rule({
          .expression = "!has(self.ref) || !has(self.ref.kind) || self.ref.kind == '' || self.ref.kind in "
                        "['Deployment', 'StatefulSet', 'DaemonSet', 'PersistentVolumeClaim']",
          .message = kKindSentence,
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
          .message = kApiVersionSentence,
          .field_path = ".ref.apiVersion",
      });
}

/// Adds what is wrong with what is to be backed up, which stands at `field` of an object in `own_namespace`.
void check_target(
    const std::optional<BackupTarget>& target, std::string_view own_namespace, const std::string& field,
    Problems& problems
);

}  // namespace snapstash::api
