# The snapshot CRDs and controller, and any number of CSI drivers with their
# sidecars and classes. Sourced by `up` and `driver`.
# shellcheck shell=bash

sidecar_flags=(--kube-api-qps=200 --kube-api-burst=400 --retry-interval-max=10s
	--kubeconfig="$LAB_DIR/tls/admin.kubeconfig")

start_snapshots() {
	kubectl create -f "$LAB_CACHE/snapshot-crds.yaml" >/dev/null
	kubectl wait --for=condition=Established --timeout=30s crd --all >/dev/null
	define_respawned snapshot-controller nsenter --net="/run/netns/$NETNS" -- "$BIN/snapshot-controller" "${sidecar_flags[@]}"
	start snapshot-controller
}

# start_driver NAME DEFAULT: the driver NAME.csi.lab with its sidecars and
# classes; DEFAULT says whether ("true") these become the default ones.
start_driver() {
	local name=$1 default=$2 directory suffix node_flags=()
	suffix=$(driver_suffix "$name")
	directory=$LAB_DIR/csi$suffix
	mkdir -p "$directory"
	sed -e "s/\<NAME\>/$name/g" -e "s/\<DEFAULT\>/$default/g" "$LAB_SOURCE/manifests/driver.yaml" | kubectl apply -f - >/dev/null
	[[ ! -x $LAB_DIR/run/kubelet ]] || node_flags=(--node="$NODE_NAME" --register-in="$LAB_DIR/kubelet/plugins_registry")
	define "csi-driver$suffix" nsenter --net="/run/netns/$NETNS" -- "$BIN/csi-driver" --name="$name.csi.lab" --root="$directory" \
		--socket="$directory/csi.sock" --admin="$directory/admin.sock" "${node_flags[@]}"
	start "csi-driver$suffix"
	wait_for "csi-driver$suffix" 10 "the CSI driver's socket" test -S "$directory/csi.sock"

	local flags=("${sidecar_flags[@]}" --csi-address="$directory/csi.sock" --timeout=60s --extra-create-metadata)
	define_respawned "csi-provisioner$suffix" nsenter --net="/run/netns/$NETNS" -- "$BIN/csi-provisioner" "${flags[@]}"
	define_respawned "csi-snapshotter$suffix" nsenter --net="/run/netns/$NETNS" -- "$BIN/csi-snapshotter" "${flags[@]}"
	start "csi-provisioner$suffix"
	start "csi-snapshotter$suffix"
}
