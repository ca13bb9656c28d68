# etcd, the API server and its forwarder to the host, the controllers and the
# scheduler. Sourced by `up`.
# shellcheck shell=bash

start_control_plane() {
	start_etcd
	start_api_server
	start_controllers
}

start_etcd() {
	define etcd nsenter --net="/run/netns/$NETNS" -- "$BIN/etcd" --name=lab --data-dir="$LAB_DIR/etcd" \
		--listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
		--listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
		--initial-cluster=lab=http://127.0.0.1:2380 \
		--unsafe-no-fsync --quota-backend-bytes=4294967296 \
		--auto-compaction-mode=periodic --auto-compaction-retention=5m --log-level=warn
	start etcd
	wait_for etcd 20 "etcd's health" inside curl -sf --max-time 2 http://127.0.0.1:2379/health
}

start_api_server() {
	# Every request, without bodies, so that requests can be counted by client.
	cat >"$LAB_DIR/tls/audit.yaml" <<-END
		apiVersion: audit.k8s.io/v1
		kind: Policy
		omitStages: [RequestReceived]
		rules: [{level: Metadata}]
	END

	# Aggregator routing makes the API server call webhooks at their pods'
	# addresses; service addresses lead nowhere without kube-proxy.
	define kube-apiserver nsenter --net="/run/netns/$NETNS" -- "$BIN/kube-apiserver" \
		--etcd-servers=http://127.0.0.1:2379 \
		--bind-address=0.0.0.0 --secure-port=443 --advertise-address="$NODE_IP" \
		--service-cluster-ip-range="$SERVICE_NET" --enable-aggregator-routing=true \
		--tls-cert-file="$LAB_DIR/tls/server.crt" --tls-private-key-file="$LAB_DIR/tls/server.key" \
		--client-ca-file="$LAB_DIR/tls/ca.crt" --token-auth-file="$LAB_DIR/tls/tokens.csv" \
		--authorization-mode=Node,RBAC --allow-privileged=true \
		--service-account-issuer=https://kubernetes.default.svc \
		--service-account-signing-key-file="$LAB_DIR/tls/serviceaccount.key" \
		--service-account-key-file="$LAB_DIR/tls/serviceaccount.key" \
		--kubelet-preferred-address-types=InternalIP \
		--audit-policy-file="$LAB_DIR/tls/audit.yaml" --audit-log-path="$LAB_DIR/log/audit.log" --audit-log-maxsize=2000
	start kube-apiserver

	define forward "$BIN/forward" "127.0.0.1:$LAB_PORT" "/run/netns/$NETNS" "$NODE_IP:443"
	start forward
	wait_for kube-apiserver 90 "the API server's readiness" api_ready
}

start_controllers() {
	define kube-controller-manager nsenter --net="/run/netns/$NETNS" -- "$BIN/kube-controller-manager" \
		--kubeconfig="$LAB_DIR/tls/system_kube-controller-manager.kubeconfig" \
		--leader-elect=false --bind-address=127.0.0.1 --allocate-node-cidrs=false \
		--use-service-account-credentials=true \
		--service-account-private-key-file="$LAB_DIR/tls/serviceaccount.key" \
		--root-ca-file="$LAB_DIR/tls/ca.crt" --kube-api-qps=300 --kube-api-burst=600
	start kube-controller-manager

	define kube-scheduler nsenter --net="/run/netns/$NETNS" -- "$BIN/kube-scheduler" \
		--kubeconfig="$LAB_DIR/tls/system_kube-scheduler.kubeconfig" \
		--leader-elect=false --bind-address=127.0.0.1 --kube-api-qps=300 --kube-api-burst=600
	start kube-scheduler
}
