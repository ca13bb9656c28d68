#pragma once
#include <string_view>
#include <tuple>

#include "api/backup_plan.hpp"
#include "api/group.hpp"
#include "api/printer_column.hpp"
#include "api/restic_settings.hpp"
#include "api/sentences.hpp"
#include "kernel/base/boxed.hpp"
#include "kernel/base/text.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::api {

/// What workloads and PersistentVolumeClaims that ask for it by annotation are backed up like: of each comes a
/// BackupConfiguration. It has no status: what is wrong is said where it is wrong.
struct BackupBlueprint {
  static constexpr kube::Resource kResource{kGroup, kVersion, "BackupBlueprint", "backupblueprints", false};

  struct Spec : BackupPlan {
    Text snapshot_class_name;  ///< "" = the default class of the volume's CSI driver.
    // Read by Stash's Restic driver only; kept.
    json::Object backend;
    bool wipe_out = false;
    json::Object usage_policy;
    Text backup_namespace, repo_namespace;
    Boxed<TaskRef> task;
    Boxed<TempDir> temp_dir;
    json::Object interim_volume_template;
    friend bool operator==(const Spec&, const Spec&) = default;
  };

  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const BackupBlueprint&, const BackupBlueprint&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::BackupBlueprint::Spec> {
  using T = api::BackupBlueprint::Spec;
  static constexpr auto fields = std::tuple_cat(
      api::schedule_fields<T>(),
      std::tuple{
          field(
              "snapshotClassName", &T::snapshot_class_name,
              "VolumeSnapshotClass of the snapshots. Default: the default class of the volume's CSI driver."
          )
              .max_length(253),
      },
      api::plan_fields<T>(
          "What runs before and after the snapshots are taken.",
          "How the pods of the CronJob and of the Jobs are shaped."
      ),
      std::tuple{
          field("backend", &T::backend, "Read by Stash's Restic driver only."),
          field("wipeOut", &T::wipe_out, "Read by Stash's Restic driver only."),
          field("usagePolicy", &T::usage_policy, "Read by Stash's Restic driver only."),
          field("backupNamespace", &T::backup_namespace, "Read by Stash's Restic driver only.").max_length(63),
          field("repoNamespace", &T::repo_namespace, "Read by Stash's Restic driver only.").max_length(63),
          field("task", &T::task, "Read by Stash's Restic driver only."),
          field("tempDir", &T::temp_dir, "Read by Stash's Restic driver only."),
          field("interimVolumeTemplate", &T::interim_volume_template, "Read by Stash's Restic driver only."),
      }
  );
};

template <>
struct Description<api::BackupBlueprint> {
  using T = api::BackupBlueprint;
  static constexpr std::string_view description =
      "Says how to back up whatever asks for it by the annotation `stash.appscode.com/backup-blueprint`: of each such "
      "Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim comes a BackupConfiguration. `${TARGET_NAME}`, "
      "`${TARGET_NAMESPACE}`, `${TARGET_KIND}`, `${TARGET_RESOURCE}` and `${TARGET_API_VERSION}` in its texts are what "
      "they are of the target, which may have a schedule and a snapshot class of its own by annotation.";
  static constexpr std::string_view singular = "backupblueprint";
  static constexpr std::array<std::string_view, 1> short_names{"bb"};
  static constexpr std::array<std::string_view, 2> categories{"stash", "appscode"};
  static constexpr std::array columns{
      api::PrinterColumn{"Task", "string", ".spec.task.name"},
      api::PrinterColumn{"Schedule", "string", ".spec.schedule"},
      api::PrinterColumn{"Age", "date", ".metadata.creationTimestamp"},
  };
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""),
      field("spec", &T::spec, "What to do."),
  };
  static constexpr std::array rules{api::kNeedsSpec};
};

extern template struct Codec<api::BackupBlueprint>;

}  // namespace snapstash::json
