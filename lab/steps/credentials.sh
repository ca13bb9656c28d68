# Keys, certificates, tokens and kubeconfigs. Sourced by `up`.
# shellcheck shell=bash

make_credentials() (
	umask 077
	cd "$LAB_DIR/tls" || exit
	openssl ecparam -name prime256v1 -genkey -noout -out ca.key
	openssl req -x509 -new -key ca.key -subj /CN=snapstash-lab-ca -days 3650 -out ca.crt
	openssl ecparam -name prime256v1 -genkey -noout -out server.key
	openssl req -new -key server.key -subj /CN=kube-apiserver -out server.csr
	openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out server.crt -extfile <(
		echo "subjectAltName=IP:127.0.0.1,IP:$NODE_IP,IP:$SERVICE_IP,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
		echo "extendedKeyUsage=serverAuth"
	) 2>/dev/null
	openssl genrsa -out serviceaccount.key 2048 2>/dev/null
	: >tokens.csv
	add_user admin system:masters
	add_user system:kube-controller-manager
	add_user system:kube-scheduler
	add_user "system:node:$NODE_NAME" system:nodes
)

# add_user NAME [GROUP]: a token, and a kubeconfig for use inside.
add_user() {
	local token
	token=$(openssl rand -hex 16)
	echo "$token,$1,$1,\"${2-}\"" >>tokens.csv
	kubeconfig "https://$NODE_IP:443" "$token" >"${1//:/_}.kubeconfig"
	[[ $1 != admin ]] || kubeconfig "https://127.0.0.1:$LAB_PORT" "$token" >"$LAB_DIR/kubeconfig"
}

kubeconfig() {
	cat <<-END
		apiVersion: v1
		kind: Config
		clusters: [{name: lab, cluster: {server: "$1", certificate-authority-data: $(base64 -w0 ca.crt)}}]
		users: [{name: lab, user: {token: "$2"}}]
		contexts: [{name: lab, context: {cluster: lab, user: lab}}]
		current-context: lab
	END
}
