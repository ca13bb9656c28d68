#!/bin/bash
# api_validation.sh: what the API server says to good and bad objects of ours.
#
#   KUBECONFIG=... tests/e2e/api_validation.sh [-v]      -v prints every message
#
# Needs the chart's CRDs and admission policy in the cluster. Works in a
# namespace of its own and removes it; everything bad is sent as a dry run.
set -uo pipefail
namespace=api-validation-$$
verbose=${1:-}
failures=0
checks=0

trap 'kubectl delete namespace "$namespace" --wait=false >/dev/null 2>&1' EXIT
kubectl create namespace "$namespace" >/dev/null || exit 1

# judge NAME EXPECTED STATUS OUTPUT: EXPECTED is part of the refusal, or "ok".
judge() {
	checks=$((checks + 1))
	[ "$verbose" = -v ] && printf '%s\n    %s\n' "$1" "$4"
	if [ "$2" = ok ]; then
		[ "$3" -eq 0 ] && return
	elif [ "$3" -ne 0 ] && [[ $4 == *"$2"* ]]; then
		return
	fi
	failures=$((failures + 1))
	printf 'FAILED: %s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$4"
}

# create NAME EXPECTED KIND OBJECT: a dry run; OBJECT has no apiVersion, kind.
create() {
	local output
	output=$(printf 'apiVersion: stash.appscode.com/v1beta1\nkind: %s\n%s\n' "$3" "$4" |
		kubectl create --dry-run=server -n "$namespace" -f - 2>&1)
	judge "$1" "$2" $? "$output"
}

# patch NAME EXPECTED OBJECT PATCH [FLAGS]: a dry run of a merge patch.
patch() {
	local name=$1 expected=$2 object=$3 change=$4 output
	shift 4
	output=$(kubectl patch -n "$namespace" "$object" --type=merge --dry-run=server -p "$change" "$@" 2>&1)
	judge "$name" "$expected" $? "$output"
}

make() { kubectl create -n "$namespace" -f - >/dev/null || failures=$((failures + 1)); }

spec_of() { # spec_of [NAME=YAML]...: a good configuration's spec with changes
	declare -A member=(
		[driver]=VolumeSnapshotter [schedule]='"*/5 * * * *"'
		[target]='{ref: {apiVersion: apps/v1, kind: Deployment, name: stash-demo}, snapshotClassName: csi-snapshot-class}'
		[retentionPolicy]='{name: keep-last-5, keepLast: 5, prune: true}'
	)
	local change name
	for change; do member[${change%%=*}]=${change#*=}; done
	for name in "${!member[@]}"; do [ -n "${member[$name]}" ] && printf '  %s: %s\n' "$name" "${member[$name]}"; done
}
configuration() { # configuration NAME EXPECTED [NAME=YAML]...
	local name=$1 expected=$2
	shift 2
	create "$name" "$expected" BackupConfiguration "$(printf 'metadata: {name: x}\nspec:\n%s' "$(spec_of "$@")")"
}
restore() { # restore NAME EXPECTED TARGET
	create "$1" "$2" RestoreSession "$(printf 'metadata: {name: x}\nspec:\n  driver: VolumeSnapshotter\n  target: %s' "$3")"
}
claim() { # claim NAME [SNAPSHOT]: a template
	printf '{metadata: {name: "%s"}, spec: {accessModes: [ReadWriteOnce], storageClassName: csi-standard, resources: {requests: {storage: 1Gi}}, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: "%s"}}}' "$1" "${2:-source-data-1700000000}"
}

# --- what Stash's guides apply
configuration 'guide: Deployment' ok
configuration 'guide: StatefulSet' ok target='{ref: {apiVersion: apps/v1, kind: StatefulSet, name: stash-demo}, replicas: 3, snapshotClassName: c}'
configuration 'guide: PVC' ok target='{ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: source-data}, snapshotClassName: c}'
restore 'guide: two claims' ok "{volumeClaimTemplates: [$(claim restore-data), $(claim restore-config)]}"
# shellcheck disable=SC2016 # the expression is Stash's, not the shell's
restore 'guide: StatefulSet' ok "{replicas: 3, volumeClaimTemplates: [$(claim 'restore-data-restore-demo-${POD_ORDINAL}' 'source-data-stash-demo-${POD_ORDINAL}-1700000000')]}"
create 'guide: by hand' ok BackupSession 'metadata: {name: x, labels: {stash.appscode.com/invoker-type: BackupConfiguration}}
spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: my-bc}}'

# --- all that may be said
configuration 'everything' ok \
	retryConfig='{maxRetry: 3, delay: 30s}' timeOut=1h30m backupHistoryLimit=0 paused=true \
	hooks='{preBackup: {exec: {command: [sync]}, containerName: app}, postBackup: {executionPolicy: OnFinalRetryFailure, httpPost: {port: http, scheme: HTTP, path: /x, httpHeaders: [{name: a, value: b}], form: [{key: k, values: [v]}]}}}' \
	snapstash='{timeZone: Europe/Berlin, startingDeadlineSeconds: 100, cutDeadline: 5m, readyDeadline: 48h}' \
	runtimeSettings='{pod: {tolerations: [{key: a, operator: Exists}], affinity: {podAffinity: {}}, topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], imagePullSecrets: [{name: s}]}, container: {env: [{name: A, value: b}], resources: {limits: {cpu: 1}}, nice: {adjustment: 5}, ionice: {class: 2, classData: 4}}}' \
	repository='{name: r}' task='{name: t, params: [{name: a, value: b}]}' tempDir='{medium: Memory, sizeLimit: 1Gi, disableCaching: true}' \
	interimVolumeTemplate='{metadata: {name: i}, spec: {accessModes: [ReadWriteOnce]}}'

# --- BackupConfiguration
configuration 'driver left out' 'set driver to VolumeSnapshotter' driver=
configuration 'driver Restic' 'Restic, the default driver, is Stash' driver=Restic
configuration 'driver unknown' 'supported values: "Restic", "VolumeSnapshotter"' driver=Velero
configuration 'no schedule' 'say when to back up' schedule=
configuration 'schedule of four fields' 'must be five fields' schedule='"* * * *"'
configuration 'schedule of six fields' 'must be five fields' schedule='"0 * * * * *"'
configuration 'schedule of words' 'must be five fields' schedule='"every night"'
configuration 'schedule unknown macro' 'must be five fields' schedule='"@nightly"'
configuration 'schedule with a zone' 'set snapstash.timeZone instead' schedule='"TZ=Europe/Berlin 0 2 * * *"'
configuration 'schedule macro' ok schedule='"@daily"'
configuration 'schedule @every' ok schedule='"@every 90m"'
configuration 'schedule question mark' ok schedule='"0 2 ? * MON-FRI"'
configuration 'no target' 'name what to back up' target=
configuration 'target without ref' 'target.ref needs kind and name' target='{replicas: 1}'
configuration 'target without name' 'target.ref needs kind and name' target='{ref: {apiVersion: v1, kind: PersistentVolumeClaim}}'
configuration 'target of kind Job' 'unsupported target kind "Job"' target='{ref: {apiVersion: batch/v1, kind: Job, name: x}}'
configuration 'target of old version' 'the apiVersion is apps/v1' target='{ref: {apiVersion: extensions/v1beta1, kind: Deployment, name: x}}'
configuration 'target of wrong version' 'the apiVersion is apps/v1' target='{ref: {apiVersion: apps/v1, kind: PersistentVolumeClaim, name: x}}'
configuration 'target without version' ok target='{ref: {kind: StatefulSet, name: x}}'
configuration 'target elsewhere' 'cross-namespace target reference is not allowed for "Deployment"' target='{ref: {apiVersion: apps/v1, kind: Deployment, name: x, namespace: other}}'
configuration 'target here' ok target="{ref: {apiVersion: apps/v1, kind: Deployment, name: x, namespace: $namespace}}"
configuration 'no replicas' 'greater than or equal to 1' target='{ref: {kind: StatefulSet, name: x}, replicas: 0}'
configuration 'no retention policy' 'retentionPolicy: Required value' retentionPolicy=
configuration 'retention negative' 'retentionPolicy.keepDaily' retentionPolicy='{name: a, prune: true, keepDaily: -1}'
configuration 'retention of nothing' ok retentionPolicy='{name: a, prune: false}'
configuration 'history negative' 'backupHistoryLimit' backupHistoryLimit=-1
configuration 'timeOut in days' 'there is no d' timeOut=1d
configuration 'timeOut zero' 'must be a positive duration' timeOut=0s
configuration 'timeOut a number' 'must be of type string' timeOut=30
configuration 'delay negative' 'must be a duration' retryConfig='{delay: "-5s"}'
configuration 'delay zero' ok retryConfig='{delay: 0s}'
configuration 'cutDeadline wrong' 'must be a positive duration' snapstash='{cutDeadline: soon}'
configuration 'time zone wrong' 'IANA time zone database' snapstash='{timeZone: "Europe Berlin"}'
configuration 'time zone Local' 'IANA time zone database' snapstash='{timeZone: Local}'
configuration 'hook policy unknown' 'supported values' hooks='{postBackup: {executionPolicy: Sometimes, exec: {command: [a]}}}'
configuration 'hook without port' 'port: Required value' hooks='{preBackup: {httpGet: {path: /}}}'
configuration 'misspelt member' 'unknown field "spec.retentionPolicy.keeplast"' retentionPolicy='{name: a, prune: true, keeplast: 3}'
create 'no spec' 'say what to do' BackupConfiguration 'metadata: {name: x}'

# --- RestoreSession
restore 'no templates' 'name at least one PersistentVolumeClaim' '{}'
restore 'empty templates' 'name at least one PersistentVolumeClaim' '{volumeClaimTemplates: []}'
create 'no target' 'name at least one PersistentVolumeClaim' RestoreSession 'metadata: {name: x}
spec: {driver: VolumeSnapshotter}'
create 'driver left out' 'set driver to VolumeSnapshotter' RestoreSession "$(printf 'metadata: {name: x}\nspec:\n  target: {volumeClaimTemplates: [%s]}' "$(claim a)")"
restore 'template without name' 'every template needs a name' '{volumeClaimTemplates: [{spec: {accessModes: [ReadWriteOnce]}}]}'
restore 'template with generateName' 'every template needs a name' '{volumeClaimTemplates: [{metadata: {generateName: x-}, spec: {}}]}'
# shellcheck disable=SC2016
restore 'ordinals without variable' 'needs ${POD_ORDINAL}' "{replicas: 2, volumeClaimTemplates: [$(claim a)]}"
restore 'modes as a string' 'must be of type array' '{volumeClaimTemplates: [{metadata: {name: a}, spec: {accessModes: ReadWriteOnce}}]}'
restore 'cross-namespace ref' 'cross-namespace target reference is not allowed for "PersistentVolumeClaim"' "{ref: {kind: PersistentVolumeClaim, name: x, namespace: other}, volumeClaimTemplates: [$(claim a)]}"
restore 'unknown member of the claim passes' ok '{volumeClaimTemplates: [{metadata: {name: a}, spec: {newInKubernetes: {x: 1}}}]}'

# --- members of batches
create 'member elsewhere' 'cross-namespace target reference is not allowed for "Deployment"' BackupBatch 'metadata: {name: x}
spec:
  driver: VolumeSnapshotter
  schedule: "@daily"
  retentionPolicy: {name: a, prune: true, keepLast: 1}
  members:
  - target: {ref: {apiVersion: apps/v1, kind: StatefulSet, name: a}}
  - target: {ref: {apiVersion: apps/v1, kind: Deployment, name: b, namespace: other}}'
create 'member of a restore elsewhere' 'cross-namespace target reference is not allowed for "DaemonSet"' RestoreBatch "$(printf 'metadata: {name: x}\nspec:\n  driver: VolumeSnapshotter\n  members:\n  - target: {ref: {apiVersion: apps/v1, kind: DaemonSet, name: a, namespace: other}, volumeClaimTemplates: [%s]}' "$(claim a)")"

# --- BackupSession
create 'invoker left out' 'name the BackupConfiguration or BackupBatch to run' BackupSession 'metadata: {name: x}
spec: {}'
create 'invoker of another kind' 'must be BackupConfiguration or BackupBatch' BackupSession 'metadata: {name: x}
spec: {invoker: {apiGroup: stash.appscode.com, kind: RestoreBatch, name: b}}'
create 'invoker without name' 'invoker.name: Required value' BackupSession 'metadata: {name: x}
spec: {invoker: {kind: BackupConfiguration}}'

# --- changes
make <<YAML
apiVersion: stash.appscode.com/v1beta1
kind: BackupConfiguration
metadata: {name: bc}
spec:
$(spec_of)
---
apiVersion: stash.appscode.com/v1beta1
kind: BackupSession
metadata: {name: bs}
spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: bc}}
---
apiVersion: stash.appscode.com/v1beta1
kind: RestoreSession
metadata: {name: rs}
spec: {driver: VolumeSnapshotter, target: {volumeClaimTemplates: [$(claim restore-data)]}}
YAML
target='{"spec":{"target":{"ref":{"name":"other"}}}}'
patch 'target of a new configuration' ok backupconfiguration.stash.appscode.com/bc "$target"
kubectl patch -n "$namespace" backupconfiguration.stash.appscode.com/bc --subresource=status --type=merge -p '{"status":{"phase":"Ready"}}' >/dev/null
patch 'target of a ready configuration' 'updating target is forbidden when BackupConfiguration is in READY state' backupconfiguration.stash.appscode.com/bc "$target"
patch 'class of a ready configuration' ok backupconfiguration.stash.appscode.com/bc '{"spec":{"target":{"snapshotClassName":"another"}}}'
patch 'target removed' 'updating target is forbidden' backupconfiguration.stash.appscode.com/bc '{"spec":{"target":null}}'
patch 'pause' ok backupconfiguration.stash.appscode.com/bc '{"spec":{"paused":true}}'
patch 'schedule' ok backupconfiguration.stash.appscode.com/bc '{"spec":{"schedule":"@hourly"}}'
patch 'status to NotReady' ok backupconfiguration.stash.appscode.com/bc '{"status":{"phase":"NotReady"}}' --subresource=status
patch 'session spec' 'BackupSession spec is immutable' backupsession.stash.appscode.com/bs '{"spec":{"retryLeft":3}}'
patch 'session label' ok backupsession.stash.appscode.com/bs '{"metadata":{"labels":{"a":"b"}}}'
patch 'restore driver' 'RestoreSession spec is immutable' restoresession.stash.appscode.com/rs '{"spec":{"timeOut":"1h"}}'
patch 'restore template' 'RestoreSession spec is immutable' restoresession.stash.appscode.com/rs '{"spec":{"target":{"volumeClaimTemplates":[{"metadata":{"name":"restore-data"},"spec":{"accessModes":["ReadWriteMany"]}}]}}}'
patch 'restore template, unknown member' 'RestoreSession spec is immutable' restoresession.stash.appscode.com/rs '{"spec":{"runtimeSettings":{"pod":{"affinity":{"nodeAffinity":{}}}}}}'
for kind in backupsession.stash.appscode.com/bs restoresession.stash.appscode.com/rs; do
	patch "$kind: phase" ok "$kind" '{"status":{"phase":"Running"}}' --subresource=status
	patch "$kind: unknown phase" 'supported values' "$kind" '{"status":{"phase":"Done"}}' --subresource=status
	kubectl patch -n "$namespace" "$kind" --subresource=status --type=merge -p '{"status":{"phase":"Failed","conditions":[{"type":"A","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}' >/dev/null
	patch "$kind: finished" 'keeps its phase' "$kind" '{"status":{"phase":"Succeeded"}}' --subresource=status
	patch "$kind: finished, phase taken away" 'keeps its phase' "$kind" '{"status":{"phase":null}}' --subresource=status
	patch "$kind: finished, status taken away" 'keeps its phase' "$kind" '{"status":null}' --subresource=status
	patch "$kind: finished, duration" ok "$kind" '{"status":{"sessionDuration":"34s"}}' --subresource=status
done

# --- what is printed
columns() { judge "columns of $1" "$2" 1 "$(kubectl get -n "$namespace" "$1" | head -1 | tr -s ' ')"; }
columns bc 'NAME TASK SCHEDULE PAUSED PHASE AGE'
columns backupsessions 'NAME INVOKER-TYPE INVOKER-NAME PHASE DURATION AGE'
columns restore 'NAME REPOSITORY PHASE DURATION AGE'
judge 'category' 'restoresession.stash.appscode.com/rs' 1 "$(kubectl get -n "$namespace" stash -o name)"
judge 'defaults' '1 Always 10m 24h' 1 "$(
	kubectl create --dry-run=server -n "$namespace" -f - <<YAML 2>&1 \
		-o jsonpath='{.spec.retryConfig.maxRetry} {.spec.hooks.postBackup.executionPolicy} {.spec.snapstash.cutDeadline} {.spec.snapstash.readyDeadline}'
apiVersion: stash.appscode.com/v1beta1
kind: BackupConfiguration
metadata: {name: z}
spec:
$(spec_of retryConfig='{}' snapstash='{}' hooks='{postBackup: {exec: {command: [a]}}}')
YAML
)"

echo "$checks checks, $failures failed"
[ "$failures" -eq 0 ]
