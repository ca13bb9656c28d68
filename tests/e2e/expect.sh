# What a test expects of the cluster, and how long it waits for it. Sourced by each test in cases/, which then has a
# namespace of its own, named after the test, until its end.
#
# Waiting has a limit everywhere; what was expected and what was there instead is said when it is reached. On a busy machine
# E2E_PATIENCE=3 makes the limits three times as long.
# shellcheck shell=bash

set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=SCRIPTDIR/install.sh
. "$here/install.sh"
# shellcheck source=SCRIPTDIR/objects.sh
. "$here/objects.sh"
# shellcheck source=SCRIPTDIR/faults.sh
. "$here/faults.sh"

patience=${E2E_PATIENCE:-1}

fail() {
	printf 'NOT AS EXPECTED: %s\n' "$*" >&2
	exit 1
}

step() { printf '%5d s  %s\n' "$SECONDS" "$*"; }

in_namespace() { kubectl --namespace="$namespace" "$@"; }

enter_namespace() {
	namespace=$(basename "$0" | tr _ -)-$((RANDOM % 1000))
	kubectl create namespace "$namespace" >/dev/null
	trap leave_namespace EXIT
}

# at_end COMMAND...: COMMAND runs when the test is over, however it ends; the last one comes first.
at_end() { endings=("$(printf '%q ' "$@")" "${endings[@]}"); }
endings=()

# Where the cluster is kept for inspection (E2E_KEEP), namespaces are, too.
leave_namespace() {
	local status=$? ending
	trap - EXIT
	set +e
	((status == 0)) || explain >&2
	[[ -z ${E2E_KEEP-} ]] || in_namespace get backupconfigurations -o name |
		xargs -r kubectl patch -n "$namespace" --type=merge -p '{"spec":{"paused":true}}' >/dev/null
	for ending in "${endings[@]}"; do eval "$ending"; done
	undo_faults
	rm -rf "$work"
	[[ -n ${E2E_KEEP-} ]] || kubectl delete namespace "$namespace" --wait=false >/dev/null
	exit "$status"
}

# explain: what the namespace holds and what was said about it.
explain() {
	echo "---- $namespace"
	in_namespace get backupconfigurations,backupsessions,restoresessions,restorebatches,volumesnapshots,pvc,cronjobs,jobs,pods 2>&1
	in_namespace get backupsessions,restoresessions,restorebatches -o json |
		jq -c '.items[] | {(.kind + " " + .metadata.name): .status}' | cut -c -1500
	in_namespace get events -o json | jq -r '.items | sort_by(.eventTime // .lastTimestamp)[-25:][] |
		"\(.eventTime // .lastTimestamp) \(.reason) \(.involvedObject.kind)/\(.involvedObject.name): \(.message)"' | cut -c -300
	echo "---- the operator, about $namespace"
	operator_log 3000 | grep -F "$namespace" | tail -n 40 | cut -c -400
	echo "---- the operator, its last words"
	operator_log 10 | cut -c -400
}

# eventually SECONDS COMMAND...: until it succeeds.
eventually() {
	local limit=$(($1 * patience))
	local deadline=$((SECONDS + limit))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || fail "not within $limit s: $*"
		sleep 0.5
	done
}

# never SECONDS COMMAND...: it fails, and goes on failing that long.
never() {
	local deadline=$((SECONDS + $1)) limit=$1
	shift
	while ((SECONDS < deadline)); do
		! "$@" >/dev/null 2>&1 || fail "happened within $limit s: $*"
		sleep 1
	done
}

get() { in_namespace get "$@" -o json; }

exists() { in_namespace get "$@" -o name; }

missing() { [[ $(in_namespace get "$@" -o name 2>&1) == *NotFound* ]]; }

# is OBJECT FILTER [ARGUMENT of jq...]: what jq's FILTER says of the object is true.
is() {
	local object=$1 filter=$2
	shift 2
	get "$object" | jq -e "$@" "$filter" >/dev/null
}

# becomes SECONDS OBJECT FILTER [ARGUMENT of jq...]: waits until it is.
becomes() {
	local limit=$(($1 * patience)) object=$2
	local deadline=$((SECONDS + limit))
	shift 2
	until is "$object" "$@" 2>/dev/null; do
		((SECONDS < deadline)) || fail "$object is not as expected after $limit s: $*
$(in_namespace get "$object" -o json | jq -c 'del(.metadata.managedFields)')"
		sleep 0.5
	done
}

# holds OBJECT FILTER [ARGUMENT of jq...]: it is, now.
holds() { becomes 0 "$@"; }

# says OBJECT TEXT...: the object's status has each of these texts in one of its sentences.
says() {
	local object=$1 sentences text
	shift
	sentences=$(get "$object" | jq -r '[.status | .. | strings] | join("\n")')
	for text; do [[ $sentences == *"$text"* ]] || fail "$object does not say '$text', but:
$sentences"; done
}

# condition OBJECT TYPE STATUS [TEXT]: waits up to 20 s.
condition() {
	becomes 20 "$1" '[.status.conditions[]? , .status.targets[]?.conditions[]?] |
		any(.type == $type and .status == $status and ((.message // "") | contains($text)))' \
		--arg type "$2" --arg status "$3" --arg text "${4-}"
}

# ends SESSION PHASE [SECONDS]: waits until a BackupSession or RestoreSession is over, expects that phase of it, and that
# what it says of its snapshots or claims is what there is.
ends() {
	local object=$1 phase=$2 limit=${3:-60} found
	becomes "$limit" "$object" '.status.phase | IN("Succeeded", "Failed", "Skipped", "Unknown", "Invalid")'
	found=$(get "$object" | jq -r .status.phase)
	[[ $found == "$phase" ]] || fail "$object is $found, not $phase"
	holds "$object" '.status.sessionDuration | test("^([0-9]+h)?([0-9]+m)?[0-9]+s$")'
	case $object in
	backupsession/*) tells_the_truth "$object" ;;
	esac
}

# tells_the_truth SESSION: a finished BackupSession's status and the VolumeSnapshots that bear its UID agree: no snapshot is
# lost, doubled or unready that the session counts, and none is counted twice.
tells_the_truth() {
	local session snapshots problem
	session=$(get "$1")
	snapshots=$(get volumesnapshots -l "snapstash.dev/session-uid=$(jq -r .metadata.uid <<<"$session")")
	problem=$(jq -nr --argjson session "$session" --argjson snapshots "$snapshots" '
		($session.status.targets[0] // {}) as $target
		| ($target.stats // []) as $stats
		| ($session.metadata.creationTimestamp | fromdate | tostring) as $created
		| if $session.status.phase != "Skipped" and ($stats | length) > 0 and ($stats | length) != $target.totalHosts
			then "totalHosts is \($target.totalHosts), but there are \($stats | length) stats" else empty end,
		  if ($stats | map(.hostname) | unique | length) != ($stats | length) then "a host is there twice" else empty end,
		  if $session.status.phase == "Succeeded" and ($stats | length) == 0 then "nothing was backed up" else empty end,
		  if $session.status.phase == "Succeeded" and any($stats[]; .phase != "Succeeded")
			then "it succeeded, but not all of its volumes" else empty end,
		  if $session.status.phase == "Failed" and ($stats | length) > 0 and all($stats[]; .phase == "Succeeded")
			then "it failed, but none of its volumes" else empty end,
		  ($stats[] | . as $stat
			| [$snapshots.items[] | select(.spec.source.persistentVolumeClaimName == $stat.hostname
				and .metadata.deletionTimestamp == null)] as $of
			| if $stat.phase == "Failed" and (($stat.error // "") == "") then "\($stat.hostname) failed without a word"
			  elif ($of | length) > 1 then "\($stat.hostname) has \($of | length) snapshots of this session"
			  elif $stat.phase != "Succeeded" then empty
			  elif ($of | length) == 0 then "\($stat.hostname) has no snapshot"
			  elif $of[0].status.readyToUse != true or ($of[0].status.boundVolumeSnapshotContentName // "") == ""
				then "the snapshot of \($stat.hostname) is not ready"
			  elif ($stat.snapshots // [] | map(.name)) != [$of[0].metadata.name]
				then "\($stat.hostname) names \($stat.snapshots) instead of \($of[0].metadata.name)"
			  elif ($of[0].metadata.name | test("^" + $stat.hostname + "-" + $created + "(-[0-9a-f]{4})?$") | not)
				then "\($of[0].metadata.name) is no name of a snapshot taken at \($created)"
			  elif ($of[0].metadata.ownerReferences // []) != [] then "\($of[0].metadata.name) has an owner"
			  else empty end)') || fail "$1 cannot be judged"
	[[ -z $problem ]] || fail "$1: $problem"
}

# snapshots_are NAME...: the namespace's VolumeSnapshots, all of them, without those that are being deleted.
snapshots_are() {
	local wanted
	wanted=$(printf '%s\n' "$@" | sort)
	[[ $(snapshots) == "$wanted" ]] || fail "the VolumeSnapshots are
$(snapshots)
instead of
$wanted"
}

snapshots() {
	get volumesnapshots | jq -r '[.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name] | sort[]'
}

snapshot_count_is() { [[ $(snapshots | wc -l) == "$1" ]]; }

# taken SESSION COUNT: waits until so many snapshots of a BackupSession are taken, not ready; it runs on.
taken() {
	local uid
	uid=$(get "backupsession/$1" | jq -r .metadata.uid)
	eventually 40 count_of_taken_is "$uid" "$2"
	holds "backupsession/$1" '.status.phase == "Running"'
}

count_of_taken_is() {
	get volumesnapshots -l "snapstash.dev/session-uid=$1" | jq -e --argjson count "$2" \
		'[.items[] | select(.status.creationTime != null and .status.readyToUse == false)] | length == $count'
}

# snapshot_of SESSION CLAIM: its name, from the session's status.
snapshot_of() {
	get "backupsession/$1" | jq -er --arg claim "$2" \
		'.status.targets[0].stats[] | select(.hostname == $claim) | .snapshots[0].name'
}

# seconds_of SESSION: when it was created, in Unix seconds: the end of its snapshots' names.
seconds_of() { get "backupsession/$1" | jq '.metadata.creationTimestamp | fromdate'; }

# same_data WORKLOAD FOLDER WORKLOAD FOLDER: file for file, byte for byte.
same_data() {
	fetch_data "$1" "$2" "$work/one"
	fetch_data "$3" "$4" "$work/two"
	diff -r "$work/one" "$work/two" || fail "the data in $3 differ from those in $1"
}

# fetch_data WORKLOAD FOLDER LOCAL: copies a folder out of a pod.
fetch_data() {
	rm -rf "$3"
	mkdir -p "$3"
	in_namespace exec "$1" -- tar -C "$2" -cf - . | tar -C "$3" -xf -
	[[ -n $(find "$3" -type f) ]] || fail "there is nothing in $2 of $1"
}

# is_saved WORKLOAD FOLDER LOCAL: the folder is, byte for byte, what fetch_data has copied.
is_saved() {
	fetch_data "$1" "$2" "$work/now"
	diff -r "$3" "$work/now" || fail "the data in $2 of $1 are not those that were backed up"
}

work=$(mktemp -d)
eval "$("$LAB/env")"
enter_namespace
