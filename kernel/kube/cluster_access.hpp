#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kernel/base/time.hpp"
#include "kernel/kube/environment.hpp"
#include "kernel/kube/impersonation.hpp"
#include "kernel/kube/kubeconfig.hpp"
#include "kernel/wire/endpoint.hpp"

namespace snapstash::kube {

/// What the command line says about the connection; kubectl's flags. "" and nothing = not given.
struct Overrides {
  std::string context, cluster, user;
  std::string name_space;
  std::string server, tls_server_name, certificate_authority, proxy_url;
  std::optional<bool> insecure_skip_tls_verify;
  std::string token, username, password;
  std::string client_certificate, client_key;
  Impersonation as;
  std::string request_timeout;  ///< Go's duration text, or whole seconds; "0" = no limit.
};

/// PEM text, or the file that has it (which may change while we run). Both "" = none.
struct Pem {
  std::string data, file;
  bool empty() const { return data.empty() && file.empty(); }
  friend bool operator==(const Pem&, const Pem&) = default;
};

struct TlsSources {
  Pem certificate_authority;
  Pem client_certificate, client_key;  ///< Both or none. Shown beside any other credential.
  friend bool operator==(const TlsSources&, const TlsSources&) = default;
};

struct NoCredential {
  friend bool operator==(const NoCredential&, const NoCredential&) = default;
};
struct StaticToken {
  std::string token;
  friend bool operator==(const StaticToken&, const StaticToken&) = default;
};
struct TokenFile {
  std::string path;
  std::string initial_token;  ///< Used when the file has never been readable. "" = none.
  friend bool operator==(const TokenFile&, const TokenFile&) = default;
};
struct BasicLogin {
  std::string username, password;
  friend bool operator==(const BasicLogin&, const BasicLogin&) = default;
};
struct ExecPlugin {
  ExecConfig config;
  Cluster cluster;  ///< As it is told to the plugin when config.provide_cluster_info.
  friend bool operator==(const ExecPlugin&, const ExecPlugin&) = default;
};
using CredentialSource = std::variant<NoCredential, StaticToken, TokenFile, BasicLogin, ExecPlugin>;

/// Everything there is to know about the way to one API server, before any file it names was read.
struct ClusterAccess {
  wire::Endpoint endpoint;  ///< `tls` has only server_name and insecure_skip_verify; the rest comes from `tls`.
  TlsSources tls;
  CredentialSource credential;
  Impersonation impersonation;
  std::string name_space;  ///< Never "".
  bool disable_compression = false;
  std::optional<Duration> request_timeout;  ///< Zero = no limit; nothing = as the program likes.
  std::string context;                      ///< Its name; "" when none was needed.
  std::vector<std::string> warnings;        ///< Sentences for people: what was ignored, and why.
};

/// Chooses context, cluster and user, applies the overrides and checks that it makes sense. Pure.
/// Rules: client-go tools/clientcmd client_config.go and validation.go; with these differences: a server without scheme
/// is https; a token or a login on the command line replaces whatever the user entry has; what is given twice (data and
/// file) is a warning, the data wins.
/// Errors: kInvalid, naming file, entry and remedy.
Result<ClusterAccess> make_cluster_access(const Kubeconfig& config, const Overrides& overrides);

}  // namespace snapstash::kube
