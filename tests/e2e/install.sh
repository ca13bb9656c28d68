# Brings up the lab and installs Snapstash on it as users do, with helm. Sourced by the demo, the tests and the benchmarks.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LAB=$ROOT/lab
export OPERATOR_NAMESPACE=snapstash # also the release's name

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$@"; exit 1; }

lab_is_up() { [[ -e ${LAB_DIR:-/var/lib/snapstash-lab}/run/complete ]]; }

# enter_lab: starts the cluster unless it runs; kubectl and helm talk to it from then on.
enter_lab() {
	((EUID == 0)) || die "the local cluster needs root (containerd, network namespaces, mounts): try sudo"
	if ! { "$LAB/build" node csi pause helm && "$LAB/up"; } >&2; then die "the local cluster does not come up"; fi
	eval "$("$LAB/env")"
}

# make_image: makes the image of the release binary unless SNAPSTASH_IMAGE names one that the cluster has; sets `image`.
make_image() {
	image=${SNAPSTASH_IMAGE-}
	[[ -n $image ]] || image=$("$ROOT/tools/image") || die "the image cannot be made"
}

# install_snapstash [OPTION of helm...]: installs or upgrades the release, and waits until its operator is ready.
install_snapstash() {
	helm upgrade --install "$OPERATOR_NAMESPACE" "$ROOT/deploy/chart" --namespace "$OPERATOR_NAMESPACE" --create-namespace \
		--set image.repository="${image%:*}" --set-string image.tag="${image##*:}" "$@" >"$ROOT/build/log/helm.log" 2>&1 || {
		cat "$ROOT/build/log/helm.log" >&2
		die "helm does not install Snapstash"
	}
	operator_is_ready 90 || die "the operator does not become ready"
}
mkdir -p "$ROOT/build/log"

# uninstall_snapstash: until the operator is gone. The release's history stays, since `run` goes back to what was there.
uninstall_snapstash() {
	helm uninstall "$OPERATOR_NAMESPACE" --namespace "$OPERATOR_NAMESPACE" --keep-history --wait >/dev/null || die "helm does not uninstall Snapstash"
	in_operator_namespace wait --for=delete pods -l app.kubernetes.io/name=snapstash --timeout=90s >/dev/null || die "the operator does not go"
}

# What makes CRDs that somebody has applied without helm the release's.
# shellcheck disable=SC2034 # for those who source this
take_over=(--set 'crds.takeOver=true' --take-ownership --force-conflicts)

in_operator_namespace() { kubectl --namespace="$OPERATOR_NAMESPACE" "$@"; }

# operator_is_ready SECONDS
operator_is_ready() {
	in_operator_namespace rollout status "deployment/$OPERATOR_NAMESPACE" --timeout="$1s" >/dev/null && return 0 # in a trap, return alone has the status from before it
	in_operator_namespace describe pods | tail -n 40 >&2
	operator_log 40 >&2
	return 1
}

# operator_log LINES: the end of what the operators say now, and said before they were started again.
operator_log() {
	in_operator_namespace logs -l app.kubernetes.io/name=snapstash --prefix --previous --tail="$1" 2>/dev/null || true
	in_operator_namespace logs -l app.kubernetes.io/name=snapstash --prefix --tail="$1" 2>&1 || true
}

# operator_pods: names, one a line, without those that are on their way out.
operator_pods() {
	in_operator_namespace get pods -l app.kubernetes.io/name=snapstash -o json |
		jq -r '.items[] | select(.metadata.deletionTimestamp == null) | .metadata.name'
}

# process_of POD [NAMESPACE]: the number of the Snapstash process in a pod's container.
process_of() {
	local uid file
	uid=$(kubectl get pod "$1" --namespace "${2:-$OPERATOR_NAMESPACE}" -o jsonpath='{.metadata.uid}') || return 1
	for file in /proc/[0-9]*/cgroup; do
		grep -q "pod$uid" "$file" 2>/dev/null || continue
		[[ $(readlink "${file%cgroup}exe" 2>/dev/null) == */snapstash ]] || continue
		file=${file%/cgroup}
		echo "${file##*/}"
		return
	done
	return 1
}

# leader: the pod that holds the operators' lease.
leader() {
	in_operator_namespace get lease snapstash -o jsonpath='{.spec.holderIdentity}' | sed 's/_.*//'
}

# kubectl_stash FOLDER: puts the kubectl plugin there.
kubectl_stash() {
	mkdir -p "$1"
	cp --remove-destination "$ROOT/build/release/apps/snapstash/snapstash" "$1/kubectl-stash"
}
