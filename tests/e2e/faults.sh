# What goes wrong in the CSI driver's cloud, for one test alone: rules are matched by its namespace's names, and taken back
# at its end. Sourced by expect.sh.
# shellcheck shell=bash

rules_lock=${TMPDIR:-/tmp}/snapstash-e2e-rules.lock

# fault CLAIM RULE: a rule, as in lab/README.md but without "match", for the calls about a claim of the test's namespace.
# The driver knows a claim's volume by an id, which no other has.
fault() {
	local volume
	volume=$(kubectl get pv "$(get "pvc/$1" | jq -er .spec.volumeName)" -o jsonpath='{.spec.csi.volumeHandle}')
	change_rules '. + [$rule + {match: $volume}]' --argjson rule "$2" --arg volume "$volume"
	faults+=("$volume")
}
faults=()

# fault_by_name TEXT RULE: for calls about any object with that text in its name, such as a claim that is not there yet.
fault_by_name() {
	change_rules '. + [$rule + {match: $text}]' --argjson rule "$2" --arg text "$1"
	faults+=("$1")
}

# no_fault: the driver works again for this test.
no_fault() {
	((${#faults[@]})) || return 0
	change_rules 'map(select(.match | IN($ARGS.positional[]) | not))' --args "${faults[@]}"
	faults=()
}

# The driver takes the whole list at once, and tests run at the same time.
change_rules() {
	local filter=$1 rules
	shift
	exec 8>"$rules_lock"
	flock --wait 30 8
	rules=$("$LAB/cloud" rules | jq -c "(. // []) | $filter" "$@")
	"$LAB/cloud" rules "$rules" >/dev/null
	exec 8>&-
}

# snapshot_class NAME [PARAMETER: VALUE]...: a class of the lab's first driver; `class` becomes its full name.
snapshot_class() {
	local parameters
	class=$namespace-$1
	shift
	parameters=$(printf '%s, ' "$@")
	create <<-END
		apiVersion: snapshot.storage.k8s.io/v1
		kind: VolumeSnapshotClass
		metadata: {name: $class}
		driver: dir.csi.lab
		deletionPolicy: Delete
		parameters: {${parameters%, }}
	END
	classes+=("$class")
}
classes=()

# Without a snapshot's class the snapshot-controller does not let go of the snapshot's claim, so the snapshots go first.
undo_faults() {
	no_fault
	[[ -z ${E2E_KEEP-} ]] && ((${#classes[@]})) || return 0
	in_namespace delete volumesnapshots --all --timeout=30s >/dev/null
	kubectl delete volumesnapshotclass "${classes[@]}" --wait=false >/dev/null
}
