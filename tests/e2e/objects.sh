# The objects that tests make: claims, workloads, configurations, sessions. Sourced by expect.sh.
# shellcheck shell=bash

create() { in_namespace create -f - >/dev/null; }

# claim NAME [CLASS [SIZE]]
claim() {
	create <<-END
		apiVersion: v1
		kind: PersistentVolumeClaim
		metadata: {name: $1}
		spec: {accessModes: [ReadWriteOnce], storageClassName: ${2:-dir}, resources: {requests: {storage: ${3:-16Mi}}}}
	END
}

# bound CLAIM...: waits for their volumes.
bound() {
	local name
	for name; do
		in_namespace wait --for=jsonpath='{.status.phase}'=Bound --timeout="$((60 * patience))s" "pvc/$name" >/dev/null || fail "$name is not bound"
	done
}

# pod_of CLAIM...: a pod's spec that mounts each claim at /data/CLAIM and does nothing.
pod_of() {
	local name mounts='' volumes=''
	for name; do
		mounts+="{name: $name, mountPath: /data/$name}, "
		volumes+="{name: $name, persistentVolumeClaim: {claimName: $name}}, "
	done
	echo "{terminationGracePeriodSeconds: 0, volumes: [${volumes%, }], containers: [{name: main, image: 'localhost/busybox:1', command: [sleep, '36000'], volumeMounts: [${mounts%, }]}]}"
}

# workload KIND NAME REPLICAS CLAIM...: a Deployment or DaemonSet. Volumes of the class dir are there without a pod, so
# replicas are needed only where data are.
workload() {
	local kind=$1 name=$2 replicas="replicas: $3,"
	[[ $kind == Deployment ]] || replicas='' # a DaemonSet has none
	shift 3
	create <<-END
		apiVersion: apps/v1
		kind: $kind
		metadata: {name: $name}
		spec: {$replicas selector: {matchLabels: {app: $name}}, template: {metadata: {labels: {app: $name}}, spec: $(pod_of "$@")}}
	END
}

# stateful_set NAME REPLICAS TEMPLATE: each pod writes its name to /data/file, unless there is something already.
stateful_set() {
	create <<-END
		apiVersion: apps/v1
		kind: StatefulSet
		metadata: {name: $1}
		spec:
		  replicas: $2
		  serviceName: $1
		  podManagementPolicy: Parallel
		  selector: {matchLabels: {app: $1}}
		  template:
		    metadata: {labels: {app: $1}}
		    spec:
		      terminationGracePeriodSeconds: 0
		      containers:
		      - name: main
		        image: localhost/busybox:1
		        command: [sh, -c, 'test -e /data/file || { hostname >/data/file; head -c 100000 /dev/urandom >/data/random; sync; }; touch /tmp/written; sleep 36000']
		        readinessProbe: {exec: {command: [test, -e, /tmp/written]}, periodSeconds: 1}
		        volumeMounts: [{name: $3, mountPath: /data}]
		  volumeClaimTemplates:
		  - metadata: {name: $3}
		    spec: {accessModes: [ReadWriteOnce], storageClassName: dir, resources: {requests: {storage: 16Mi}}}
	END
}

# available WORKLOAD...
available() {
	local workload
	for workload; do in_namespace rollout status "$workload" --timeout="$((90 * patience))s" >/dev/null || fail "$workload does not become available"; done
}

# configuration NAME KIND/NAME [MEMBER=YAML]...: of that target, and Ready; on a schedule that does not come while a test
# runs, and keeping all, unless members of the spec say something else. `class` and `replicas` are members of the target.
configuration() {
	make_configuration "$@"
	becomes 20 "backupconfiguration/$1" '.status.phase == "Ready"'
}

make_configuration() {
	local name=$1 kind=${2%/*} target=${2#*/} version=apps/v1 change more='' key
	declare -A member=([schedule]='"0 0 1 1 *"' [retentionPolicy]='{name: all, keepLast: 100, prune: true}' [backupHistoryLimit]=50)
	shift 2
	[[ $kind != PersistentVolumeClaim ]] || version=v1
	for change; do
		case $change in
		class=*) more+=", snapshotClassName: ${change#*=}" ;;
		replicas=*) more+=", replicas: ${change#*=}" ;;
		*) member[${change%%=*}]=${change#*=} ;;
		esac
	done
	{
		cat <<-END
			apiVersion: stash.appscode.com/v1beta1
			kind: BackupConfiguration
			metadata: {name: $name}
			spec:
			  driver: VolumeSnapshotter
			  target: {ref: {apiVersion: $version, kind: $kind, name: $target}$more}
		END
		for key in "${!member[@]}"; do printf '  %s: %s\n' "$key" "${member[$key]}"; done
	} | create
}

# session_of NAME CONFIGURATION: prints a BackupSession as a person writes it.
session_of() {
	cat <<-END
		apiVersion: stash.appscode.com/v1beta1
		kind: BackupSession
		metadata: {name: $1, labels: {stash.appscode.com/invoker-type: BackupConfiguration, stash.appscode.com/invoker-name: $2}}
		spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: $2}}
	END
}

session() { session_of "$@" | create; }

# scheduled_session CONFIGURATION: waits for the CronJob's own tick, and prints the session's name.
scheduled_session() {
	local deadline=$((SECONDS + 60 + 40 * patience)) name
	while ((SECONDS < deadline)); do
		name=$(get backupsessions -l "stash.appscode.com/invoker-name=$1" | jq -r --arg form "^$1-[0-9]+$" \
			'[.items[] | select(.metadata.name | test($form))] | sort_by(.metadata.creationTimestamp) | .[0].metadata.name // empty')
		if [[ -n $name ]]; then
			((${name##*-} % 60 == 0)) || fail "$name is not named after a full minute"
			echo "$name"
			return
		fi
		sleep 1
	done
	fail "the schedule's minute came, but no BackupSession of $1"
}

# pause CONFIGURATION, as the guides do it.
pause() {
	in_namespace patch backupconfiguration "$1" --type=merge --patch='{"spec": {"paused": true}}' >/dev/null
	becomes 10 "cronjob/stash-trigger-$1" '.spec.suspend == true'
}

# claim_from NAME SNAPSHOT [CLASS [SIZE]]: a template of a RestoreSession.
claim_from() {
	echo "{metadata: {name: '$1'}, spec: {accessModes: [ReadWriteOnce], storageClassName: ${3:-dir}, resources: {requests: {storage: ${4:-16Mi}}}, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: '$2'}}}"
}

# restore NAME TEMPLATE... [MEMBER=YAML of the target]...
restore() {
	local name=$1 each templates='' members=''
	shift
	for each; do
		case $each in
		\{*) templates+="$each, " ;;
		*) members+="${each%%=*}: ${each#*=}, " ;;
		esac
	done
	create <<-END
		apiVersion: stash.appscode.com/v1beta1
		kind: RestoreSession
		metadata: {name: $name}
		spec: {driver: VolumeSnapshotter, target: {${members}volumeClaimTemplates: [${templates%, }]}}
	END
}
