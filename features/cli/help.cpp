#include "features/cli/help.hpp"

namespace snapstash::cli::help {

const std::string_view kCreateConfiguration = R"(WHAT IT DOES
  Makes a BackupConfiguration of the driver VolumeSnapshotter in the namespace of -n: what to back up, when, and how
  long to keep it. The CronJob of its schedule follows at once.

  If one of that name exists, the fields that flags name are changed, and no others: hooks, retryConfig,
  runtimeSettings and what you set by hand stay (a merge patch, on the server). Stash's command replaces the whole
  spec. What is to be removed, remove with kubectl edit. Whether the result is valid the API server says, in its own
  words; the target of a configuration that is Ready cannot be changed.

  --dry-run and --prune are the fields of the retentionPolicy, as in Stash: with --dry-run snapshots are taken, and
  none is deleted. To see the object and create nothing, use -o yaml.

  The target's apiVersion need not be said. Without --volumesnapshotclass the default class of the volume's CSI driver
  is used. Without any --keep flag all snapshots are kept. The policy's name is Stash's: keep-last-5.

  --repo-name, --repo-namespace, --task, --paths and --volume-mounts belong to Stash's driver Restic. They are accepted
  and ignored, with a warning. --driver=Restic is refused: such objects are Stash's.

EXAMPLES
  # Every night at two, keep seven days and four weeks:
  kubectl stash create backupconfig web -n demo --schedule="0 2 * * *" --target-kind=Deployment --target-name=web \
      --keep-daily=7 --keep-weekly=4

  # The same as a file, for a repository:
  kubectl stash create backupconfig web -n demo --schedule="0 2 * * *" --target-kind=Deployment --target-name=web \
      --keep-daily=7 --keep-weekly=4 -o yaml >web.yaml

  # Later, of what exists, only the schedule:
  kubectl stash create backupconfig web -n demo --schedule=@hourly

EXIT CODES
  0 created, changed, or like that already; 1 refused or failed; 2 the command line is wrong.
)";

const std::string_view kCreateRestore = R"(WHAT IT DOES
  Makes a RestoreSession: a PersistentVolumeClaim that is filled from a VolumeSnapshot of the same namespace. It runs
  once. No existing claim is touched; if the name is taken, the restore fails and says so. For a snapshot of another
  namespace, see kubectl stash cp volumesnapshot --help.

  With --replica=N the claim and the snapshot are made N times, for the ordinals 0 to N-1: write ${POD_ORDINAL} into
  both names (in single quotes, or the shell replaces it).

  Without --claim.size the claim is as large as the snapshot needs; a smaller size is raised to that. Without
  --claim.storageclass it is of the cluster's default class (Stash's command sets an empty one, which no driver fills).
  Several claims, hooks and a time-out need a file: take -o yaml as a beginning.

  If one of that name exists and is the same, nothing happens; if it is another, the command fails, since a
  RestoreSession cannot be changed.

  --alias, --host, --paths, --snapshots, --target-*, --task, --repo-* and --volume-mounts belong to Stash's driver
  Restic. They are accepted and ignored, with a warning. --driver=Restic is refused.

EXAMPLES
  kubectl stash create restoresession web-restore -n demo --claim.name=restored --claim.datasource=data-1795562400

  # Three claims of a StatefulSet:
  kubectl stash create restoresession db-restore -n demo --replica=3 \
      --claim.name='data-db-${POD_ORDINAL}' --claim.datasource='data-db-${POD_ORDINAL}-1795562400'

  kubectl stash debug restore --restoresession=web-restore -n demo   # if it does not succeed

EXIT CODES
  0 created, or there already; 1 refused or failed; 2 the command line is wrong.
)";

const std::string_view kCopySnapshot = R"(WHAT IT DOES
  Makes a VolumeSnapshot of the namespace of -n known under the same name in another one, so that it can be restored
  there. No data are copied: both name the one snapshot that the storage has. (Stash's command copies the spec, which
  takes a new snapshot of whatever PVC has that name there, or waits for ever.)

  Two objects are made: a VolumeSnapshotContent with the snapshot's handle, driver and volume mode and deletionPolicy
  Retain, then the VolumeSnapshot that names it. The snapshot has to be ready. Doing it again changes nothing, and
  repairs what is half done. Labels are copied, but none of snapstash.dev: no retention policy counts a copy.

WHAT DELETING MEANS
  Deleting the copy deletes no data, whoever does it: its VolumeSnapshotContent stays, and may be deleted as well.
  Deleting the original deletes the data UNDER BOTH if its VolumeSnapshotContent is of policy Delete. Retention does
  that, too, unless the original is held:

      kubectl label volumesnapshot -n NAMESPACE NAME snapstash.dev/hold=true

  There are never two contents of policy Delete for one snapshot by this command. Do not set the copy's to Delete while
  the original is there.

RIGHTS
  Whoever may create a VolumeSnapshotContent may read every snapshot of the storage, so that right is for those who run
  the cluster; no role of Snapstash's contains it.

EXAMPLES
  kubectl stash cp volumesnapshot data-1795562400 -n prod --to-namespace=staging
  kubectl stash create restoresession from-prod -n staging --claim.name=data --claim.datasource=data-1795562400

EXIT CODES
  0 the copy is there; 1 refused or failed; 2 the command line is wrong.
)";

const std::string_view kCopyConfiguration = R"(WHAT IT DOES
  Makes a BackupConfiguration of the namespace of -n anew in another one: the same spec, name, labels and annotations
  (those of snapstash.dev and of kubectl apply aside). No snapshot is copied. Its target is the workload of that name in
  the new namespace; until there is one, the copy is NotReady. It begins to back up by its schedule at once, unless it
  is paused.

  If one of that name exists there and is the same, nothing happens; if it is another, the command fails and changes
  nothing (Stash's overwrites it).

EXAMPLES
  kubectl stash cp backupconfig web -n prod --to-namespace=staging

EXIT CODES
  0 the copy is there; 1 refused or failed; 2 the command line is wrong.
)";

const std::string_view kDebugBackup = R"(WHAT IT DOES
  Says why a backup failed, is stuck, is skipped or is not taken: the cause first, with what to do about it, then what
  was seen: phases and conditions, the error of each volume, Jobs and their pods (images, quota, scheduling),
  VolumeSnapshots and their contents, snapshot classes and drivers, warning events, and the operator.

  With --backupconfig or --backupbatch the newest session that tells something is looked at: one that runs, or the
  newest that ended. It only reads. What your rights do not let it see is said at the end; a cluster's administrator sees all.

EXAMPLES
  kubectl stash debug backup --backupconfig=web -n demo
  kubectl stash debug backup --backupsession=web-1795562400 -n demo
  kubectl stash debug backup --backupbatch=all -n demo

EXIT CODES
  0 nothing is wrong; 1 something is, or it could not be found out; 2 the command line is wrong.
)";

const std::string_view kDebugRestore = R"(WHAT IT DOES
  Says why a restore failed or is stuck: the cause first, with what to do about it, then what was seen: phase and
  conditions, each claim and its VolumeSnapshot, the Job and its pods, warning events, and the operator. It only reads.

EXAMPLES
  kubectl stash debug restore --restoresession=web-restore -n demo
  kubectl stash debug restore --restorebatch=all-back -n demo

EXIT CODES
  0 nothing is wrong; 1 something is, or it could not be found out; 2 the command line is wrong.
)";

const std::string_view kDebugOperator = R"(WHAT IT DOES
  Says whether the operator does its work: whether the CRDs are there and are Snapstash's, whether VolumeSnapshots are
  known, whether its pods run, which of them leads, and whether Stash's operator works on the same objects. It only
  reads, in all namespaces.

EXAMPLES
  kubectl stash debug operator

EXIT CODES
  0 nothing is wrong; 1 something is, or it could not be found out; 2 the command line is wrong.
)";

}  // namespace snapstash::cli::help
