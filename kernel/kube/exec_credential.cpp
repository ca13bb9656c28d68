#include "kernel/kube/exec_credential.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kernel/json/value.hpp"
#include "kernel/kube/base64.hpp"
#include "kernel/kube/yaml.hpp"

namespace snapstash::kube {
namespace {

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";
constexpr std::string_view kV1Beta1 = "client.authentication.k8s.io/v1beta1";
constexpr std::string_view kExtension = "client.authentication.k8s.io/exec";

std::unexpected<Error> invalid(std::string message) { return fail(Code::kInvalid, std::move(message)); }

json::Object describe(const Cluster& cluster, std::string_view ca_pem) {
  json::Object described{{"server", cluster.server}};
  if (!cluster.tls_server_name.empty()) described["tls-server-name"] = cluster.tls_server_name;
  if (cluster.insecure_skip_tls_verify) described["insecure-skip-tls-verify"] = true;
  if (!ca_pem.empty()) described["certificate-authority-data"] = encode_base64(ca_pem);
  if (!cluster.proxy_url.empty()) described["proxy-url"] = cluster.proxy_url;
  if (cluster.disable_compression) described["disable-compression"] = true;
  const auto config = std::ranges::find(cluster.extensions, kExtension, &Extension::name);
  if (config != cluster.extensions.end()) described["config"] = config->extension;
  return described;
}

/// Reads a text member of `status`. Errors: kInvalid when it is something else; its value is not shown.
Result<std::string> text_in(const json::Object& status, std::string_view key) {
  const json::Value* value = status.if_contains({key.data(), key.size()});
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return invalid(fmt::format("its status.{} is not text", key));
  return std::string(json::as_view(*value));
}

Result<ExecCredential> read_status(const json::Object& status) {
  ExecCredential credential;
  const std::pair<std::string_view, std::string*> members[] = {
      {"token", &credential.token},
      {"clientCertificateData", &credential.certificate_pem},
      {"clientKeyData", &credential.key_pem},
  };
  for (const auto& [key, member] : members) {
    auto text = text_in(status, key);
    if (!text) return fail(std::move(text).error());
    *member = std::move(*text);
  }
  auto expires = text_in(status, "expirationTimestamp");
  if (!expires) return fail(std::move(expires).error());
  if (!expires->empty()) {
    credential.expires = parse_time(*expires);
    if (!credential.expires) return invalid(fmt::format("its expirationTimestamp \"{}\" is not a time", *expires));
  }
  return credential;
}

}  // namespace

Result<void> check_exec_config(const ExecConfig& config) {
  if (config.command.empty()) return invalid("its exec plugin has no command");
  if (config.api_version.empty()) return invalid(fmt::format("its exec plugin has no apiVersion; set {}", kV1));
  if (config.api_version != kV1 && config.api_version != kV1Beta1) {
    return invalid(fmt::format(
        "its exec plugin has apiVersion {}, which Kubernetes has removed or never had; update {} and use {}",
        config.api_version, config.command, kV1
    ));
  }
  const std::string& mode = config.interactive_mode;
  if (mode.empty() && config.api_version == kV1) {
    return invalid("its exec plugin has no interactiveMode; set Never, IfAvailable or Always");
  }
  if (mode.empty() || mode == "Never" || mode == "IfAvailable" || mode == "Always") return {};
  return invalid(fmt::format("its exec plugin has interactiveMode \"{}\"; set Never, IfAvailable or Always", mode));
}

Result<bool> is_interactive(const ExecConfig& config, bool stdin_is_terminal) {
  if (config.interactive_mode == "Always" && !stdin_is_terminal) {
    return invalid(fmt::format("{} must ask on a terminal, and standard input is none", config.command));
  }
  return stdin_is_terminal && config.interactive_mode != "Never";
}

std::string make_exec_info(
    const ExecConfig& config, bool interactive, const Cluster* cluster, std::string_view ca_pem
) {
  json::Object spec{{"interactive", interactive}};
  if (cluster != nullptr) spec["cluster"] = describe(*cluster, ca_pem);
  return json::serialize(
      json::Object{{"kind", "ExecCredential"}, {"apiVersion", config.api_version}, {"spec", std::move(spec)}}
  );
}

Result<ExecCredential> parse_exec_credential(std::string_view output, std::string_view api_version) {
  const auto document = parse_yaml(output);
  // The parser's message may quote what it met.
  if (!document || !document->is_object()) return invalid("it did not print an ExecCredential in JSON");
  if (json::find_string(*document, "/kind") != "ExecCredential")
    return invalid("it printed no object of kind ExecCredential");
  const auto version = json::find_string(*document, "/apiVersion");
  if (version != api_version) {
    return invalid(fmt::format(
        "it answered with apiVersion \"{}\", but the kubeconfig asks for {}; make them equal", version.substr(0, 100),
        api_version
    ));
  }
  const json::Object* status = json::find_object(*document, "/status");
  if (status == nullptr) return invalid("its ExecCredential has no status");
  auto credential = read_status(*status);
  if (!credential) return credential;
  if (credential->certificate_pem.empty() != credential->key_pem.empty()) {
    return invalid("its status has only one of clientCertificateData and clientKeyData");
  }
  if (credential->token.empty() && credential->certificate_pem.empty()) {
    return invalid("its status has neither a token nor a client certificate");
  }
  return credential;
}

}  // namespace snapstash::kube
