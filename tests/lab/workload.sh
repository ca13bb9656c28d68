# A namespace of its own for a test, and the objects that the tests of the lab
# make in it. Sourced, not a program.
# shellcheck shell=bash

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=SCRIPTDIR/../../lab/cluster.sh
. "$here/../../lab/cluster.sh"

# enter_namespace NAME: makes NAME-<random> the test's namespace and drops it
# at the script's end.
enter_namespace() {
	namespace=$1-$RANDOM
	kubectl create namespace "$namespace" >/dev/null
	trap leave_namespace EXIT
}

leave_namespace() { kubectl delete namespace "$namespace" --wait=false >/dev/null; }

in_namespace() { kubectl --namespace="$namespace" "$@"; }

create() { in_namespace create -f - >/dev/null; }

# claim NAME [CLASS [SNAPSHOT]]
claim() {
	create <<-END
		apiVersion: v1
		kind: PersistentVolumeClaim
		metadata: {name: $1}
		spec:
		  accessModes: [ReadWriteOnce]
		  storageClassName: ${2:-dir}
		  resources: {requests: {storage: 16Mi}}
		  ${3:+dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: $3\}}
	END
}

# snapshot NAME CLAIM [CLASS]
snapshot() {
	create <<-END
		apiVersion: snapshot.storage.k8s.io/v1
		kind: VolumeSnapshot
		metadata: {name: $1}
		spec:
		  source: {persistentVolumeClaimName: $2}
		  ${3:+volumeSnapshotClassName: $3}
	END
}

snapshot_is_ready() { in_namespace wait --for=jsonpath='{.status.readyToUse}'=true --timeout=60s "volumesnapshot/$1" >/dev/null; }

# job NAME SCRIPT [CLAIM]: runs the script in busybox, with the claim on /data,
# to its end.
job() {
	local script=${2//\'/\'\'} mount='' volume='' # the script as YAML quotes it
	if [[ -n ${3-} ]]; then
		mount='{name: data, mountPath: /data}'
		volume="{name: data, persistentVolumeClaim: {claimName: $3}}"
	fi
	create <<-END
		apiVersion: batch/v1
		kind: Job
		metadata: {name: $1}
		spec:
		  backoffLimit: 0
		  template:
		    spec:
		      restartPolicy: Never
		      containers:
		      - name: main
		        image: localhost/busybox:1
		        command: [sh, -euxc, '$script']
		        volumeMounts: [$mount]
		      volumes: [$volume]
	END
	job_is_complete "$1"
}

job_is_complete() {
	eventually 60 job_has_ended "$1"
	[[ $(in_namespace get job "$1" -o jsonpath='{.status.succeeded}') == 1 ]] || {
		say "the job $1 failed: $(in_namespace logs "job/$1" --tail=20 2>&1)"
		return 1
	}
}

job_has_ended() { [[ $(in_namespace get job "$1" -o jsonpath='{.status.conditions[*].type}') =~ Complete|Failed ]]; }

# eventually SECONDS COMMAND...: until it succeeds.
eventually() {
	local deadline=$((SECONDS + $1)) what
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || { say "not within the time allowed: $*"; return 1; }
		sleep 0.2
	done
}

# seconds_since EPOCHREALTIME
seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN {printf "%.2f", to - from}'; }

# expect TEXT COMMAND...: the command's output has TEXT in it.
expect() {
	local text=$1 output
	shift
	output=$("$@" 2>&1) || true
	[[ $output == *"$text"* ]] || { say "no '$text' in the output of '$*': $output"; return 1; }
}

# refused TEXT COMMAND...: the command fails with TEXT in its output.
refused() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		say "not refused: $*"
		return 1
	fi
	[[ $output == *"$text"* ]] || { say "refused, but not with '$text': $output"; return 1; }
}

# run_tests NAME...: each test_NAME in a namespace of its own, in order; says
# what failed, with the events of its namespace.
run_tests() {
	local name from status failed=()
	for name; do
		from=$EPOCHREALTIME
		set +e
		(
			set -e
			enter_namespace "${name//_/-}"
			trap 'status=$?; ((status == 0)) || show_events; leave_namespace; exit $status' EXIT
			"test_$name"
		)
		status=$?
		set -e
		if ((status)); then
			failed+=("$name")
			printf 'FAILED  %6s s  %s\n' "$(seconds_since "$from")" "$name"
		else
			printf 'ok      %6s s  %s\n' "$(seconds_since "$from")" "$name"
		fi
	done
	((${#failed[@]} == 0)) || die "FAILED: ${failed[*]}"
	say "passed, $# tests"
}

show_events() {
	in_namespace get events --sort-by=.metadata.creationTimestamp -o custom-columns=:.reason,:.message --no-headers |
		uniq | cut -c -200 | tail -n 12 >&2
}

# all_tests: the names of the tests defined so far, in the order of the file.
all_tests() { sed -n 's/^test_\([a-z_]*\)() .*/\1/p' "$0"; }
