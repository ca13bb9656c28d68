#pragma once
#include <string_view>

#include "kernel/kube/object_meta.hpp"

/// Labels and annotations. Stash's where users' selectors and dashboards know them; ours begin with `snapstash.dev/`.
namespace snapstash::naming {

using Labels = kube::Labels;

inline constexpr std::string_view kComponent = "app.kubernetes.io/component";
inline constexpr std::string_view kManagedBy = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kStashManager =
    "stash.appscode.com";  ///< Stash's value; also its group and finalizer.

inline constexpr std::string_view kInvokerType = "stash.appscode.com/invoker-type";
inline constexpr std::string_view kInvokerName = "stash.appscode.com/invoker-name";
inline constexpr std::string_view kTargetKind = "stash.appscode.com/target-kind";
inline constexpr std::string_view kTargetName = "stash.appscode.com/target-name";
inline constexpr std::string_view kTargetNamespace = "stash.appscode.com/target-namespace";

/// Which configuration a VolumeSnapshot belongs to (its name, bounded), and which session and restore made an object.
inline constexpr std::string_view kConfiguration = "snapstash.dev/configuration";
inline constexpr std::string_view kBatch = "snapstash.dev/batch";  ///< Instead, where it is a batch's.
inline constexpr std::string_view kSession = "snapstash.dev/session";
inline constexpr std::string_view kSessionUid = "snapstash.dev/session-uid";
inline constexpr std::string_view kRestoreUid = "snapstash.dev/restore-uid";
/// On what a batch's session makes for one of its members: which, counted from 0.
inline constexpr std::string_view kMember = "snapstash.dev/member";
/// On a Job that does nothing but run a hook: which ("pre", "post").
inline constexpr std::string_view kHook = "snapstash.dev/hook";
/// Full names, where the label of the same name had to be cut.
inline constexpr std::string_view kFullConfiguration = "snapstash.dev/configuration-name";
inline constexpr std::string_view kFullBatch = "snapstash.dev/batch-name";
inline constexpr std::string_view kFullSession = "snapstash.dev/session-name";
/// "true" on a VolumeSnapshot keeps it from every deletion of ours.
inline constexpr std::string_view kHold = "snapstash.dev/hold";
/// On a BackupConfiguration: the retention policy, in words, that may delete many snapshots at once.
inline constexpr std::string_view kApproveRetention = "snapstash.dev/approve-retention";
/// On a BackupSession that tries again: the name of the first one, and how many have tried again with it.
inline constexpr std::string_view kRetryOf = "snapstash.dev/retry-of";
inline constexpr std::string_view kRetry = "snapstash.dev/retry";
/// On a BackupSession: the PVCs it is about, with commas between; all of the target when there is none.
inline constexpr std::string_view kOnlyVolumes = "snapstash.dev/only-volumes";

/// On a workload or PVC: the BackupBlueprints it is backed up by, with commas between; Stash's, as is the schedule that
/// goes before theirs. Ours is the VolumeSnapshotClass that does.
inline constexpr std::string_view kBackupBlueprint = "stash.appscode.com/backup-blueprint";
inline constexpr std::string_view kBlueprintSchedule = "stash.appscode.com/schedule";
inline constexpr std::string_view kSnapshotClass = "snapstash.dev/snapshot-class";
/// On a BackupConfiguration that came of a blueprint: a label with the blueprint's name (bounded), and an annotation
/// with the fingerprint of what was applied.
inline constexpr std::string_view kBlueprint = "snapstash.dev/blueprint";
inline constexpr std::string_view kBlueprintApplied = "snapstash.dev/blueprint-applied";

/// What Stash calls offshoot labels: the parent's labels, overwritten with component and manager.
Labels offshoot(const Labels& parent, std::string_view component);

/// Stash's values of kComponent.
inline constexpr std::string_view kBackupComponent = "stash-backup";
inline constexpr std::string_view kRestoreComponent = "stash-restore";

}  // namespace snapstash::naming
