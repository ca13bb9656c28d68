# The network namespace with the bridge that carries the API server, the
# kubelet and the pods. Sourced by `up`.
# shellcheck shell=bash

make_network() {
	ip netns add "$NETNS"
	echo "$NETNS" >"$LAB_DIR/run/netns" # down deletes only a namespace made here
	inside ip link set lo up
	inside ip link add br0 type bridge
	inside ip addr add "$NODE_IP/16" dev br0
	inside ip addr add "$SERVICE_IP/32" dev br0
	inside ip link set br0 up
	# No way out: without a default route not even by mistake. Programs that
	# look for one to learn their own address are told it by flag instead.
}
