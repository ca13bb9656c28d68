# containerd with the images pods may use, and the kubelet. Sourced by `up`.
# shellcheck shell=bash

start_containerd() {
	# restrict_oom_score_adj: without CAP_SYS_RESOURCE no process may be made
	# less likely to be killed, and every pod would fail on the attempt.
	mkdir -p "$LAB_DIR"/{cni,containerd}
	cat >"$LAB_DIR/containerd/config.toml" <<-END
		version = 2
		root = "$LAB_DIR/containerd/root"
		state = "$LAB_DIR/containerd/state"
		disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
		[grpc]
		  address = "$CONTAINERD_SOCKET"
		[plugins."io.containerd.internal.v1.opt"]
		  path = "$LAB_DIR/containerd/opt"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "localhost/pause:1"
		  restrict_oom_score_adj = true
		  netns_mounts_under_state_dir = true
		  stream_server_address = "127.0.0.1"
		[plugins."io.containerd.grpc.v1.cri".cni]
		  bin_dir = "/usr/lib/cni"
		  conf_dir = "$LAB_DIR/cni"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		  runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
		  SystemdCgroup = false
	END
	cat >"$LAB_DIR/cni/lab.conflist" <<-END
		{"cniVersion": "0.4.0", "name": "$NETNS", "plugins": [
		 {"type": "bridge", "bridge": "br0", "isGateway": true, "hairpinMode": true,
		  "ipam": {"type": "host-local", "dataDir": "$LAB_DIR/cni/addresses",
		   "ranges": [[{"subnet": "$POD_NET", "rangeStart": "10.231.1.1", "gateway": "$NODE_IP"}]],
		   "routes": [{"dst": "0.0.0.0/0"}]}}]}
	END
	define containerd nsenter --net="/run/netns/$NETNS" -- containerd --config "$LAB_DIR/containerd/config.toml" --log-level warn
	start containerd
	wait_for containerd 20 "containerd's socket" ctr --address "$CONTAINERD_SOCKET" version
}

load_images() {
	local busybox
	quietly "$LAB_SOURCE/image" pause:1 "$BIN/pause"
	busybox=$(mktemp -d)
	mkdir "$busybox/bin"
	busybox --list | while read -r applet; do ln -s busybox "$busybox/bin/$applet"; done
	cp --remove-destination /bin/busybox "$busybox/bin/" # it lists itself as an applet
	chmod 755 "$busybox"
	quietly "$LAB_SOURCE/image" busybox:1 -d "$busybox"
	rm -rf "$busybox"
}

# quietly COMMAND...: its output is shown only if it fails.
quietly() {
	local output
	output=$("$@" 2>&1) || die "$* failed: $output"
}

# The kubelet changes these for the whole machine; down puts them back.
save_sysctls() { sysctl vm.overcommit_memory kernel.panic kernel.panic_on_oops >"$LAB_DIR/run/sysctls"; }

start_kubelet() {
	save_sysctls
	: >"$LAB_DIR/kubelet/resolv.conf"
	# The disk is shared with other work: no eviction and no image collection
	# because of it.
	cat >"$LAB_DIR/kubelet/config.yaml" <<-END
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		containerRuntimeEndpoint: unix://$CONTAINERD_SOCKET
		cgroupDriver: cgroupfs
		failCgroupV1: false
		failSwapOn: false
		oomScoreAdj: 0
		makeIPTablesUtilChains: false
		podLogsDir: $LAB_DIR/log/pods
		volumePluginDir: $LAB_DIR/kubelet/flexvolume
		resolvConf: $LAB_DIR/kubelet/resolv.conf
		clusterDNS: [$NODE_IP]
		clusterDomain: cluster.local
		authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
		authorization: {mode: AlwaysAllow}
		imageGCHighThresholdPercent: 100
		imagePullCredentialsVerificationPolicy: NeverVerify
		serializeImagePulls: false
		evictionHard: {memory.available: 100Mi, nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%", imagefs.inodesFree: "0%"}
		maxPods: 250
		registerNode: true
	END
	# It gives up when containerd does not answer at its start.
	define_respawned kubelet nsenter --net="/run/netns/$NETNS" -- "$BIN/kubelet" --config="$LAB_DIR/kubelet/config.yaml" \
		--kubeconfig="$LAB_DIR/tls/system_node_$NODE_NAME.kubeconfig" --cert-dir="$LAB_DIR/tls/kubelet" \
		--hostname-override="$NODE_NAME" --node-ip="$NODE_IP" --root-dir="$LAB_DIR/kubelet" \
		--containerd="$CONTAINERD_SOCKET"
	start kubelet
}
