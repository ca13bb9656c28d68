# The network namespace with the bridge that carries the API server, the
# kubelet and the pods. Sourced by `up`.
# shellcheck shell=bash

make_network() {
	ip netns add "$NETNS"
	echo "$NETNS" >"$LAB_DIR/run/netns" # down deletes only a namespace made here
	inside ip link set lo up
	# With an address of its own. A bridge without takes the lowest of its ports', which changes as pods come and go, and
	# then no older pod reaches the API server until its ARP entry is given up, half a minute later.
	inside ip link add br0 address 02:73:6e:61:70:01 type bridge
	inside ip addr add "$NODE_IP/16" dev br0
	inside ip addr add "$SERVICE_IP/32" dev br0
	inside ip link set br0 up
	# No way out: without a default route not even by mistake. Programs that
	# look for one to learn their own address are told it by flag instead.
}
