#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/base/time.hpp"
#include "kernel/kube/kubeconfig.hpp"

/// What a credential plugin and we say to each other: client.authentication.k8s.io/v1 and v1beta1 ExecCredential.
namespace snapstash::kube {

/// What a plugin printed. A token, a certificate with its key, or both.
struct ExecCredential {
  std::string token;
  std::string certificate_pem, key_pem;
  std::optional<WallTime> expires;
  friend bool operator==(const ExecCredential&, const ExecCredential&) = default;
};

/// Checks what a kubeconfig says about a plugin. Errors: kInvalid with the remedy: no command, no or an unknown
/// apiVersion, interactiveMode missing (v1) or unknown.
Result<void> check_exec_config(const ExecConfig& config);

/// Whether the plugin gets our standard input. Errors: kInvalid when it must have a terminal and there is none.
Result<bool> is_interactive(const ExecConfig& config, bool stdin_is_terminal);

/// Returns the value of KUBERNETES_EXEC_INFO. `cluster` = what the plugin is told about the server, with `ca_pem` as
/// its certificate authority; nullptr when it is not to be told.
std::string make_exec_info(const ExecConfig& config, bool interactive, const Cluster* cluster, std::string_view ca_pem);

/// Reads what the plugin printed (JSON or YAML). Errors: kInvalid: another kind or version than asked for, no status,
/// neither token nor certificate, a certificate without key or the other way round; never shows what was printed.
Result<ExecCredential> parse_exec_credential(std::string_view output, std::string_view api_version);

}  // namespace snapstash::kube
