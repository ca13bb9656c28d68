#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/json/value.hpp"
#include "kernel/kube/files.hpp"

/// The file format of kubectl (client-go, tools/clientcmd/api/v1). Members are named after their keys.
namespace snapstash::kube {

/// `{name, extension}`: data of other programs.
struct Extension {
  std::string name;
  json::Value extension;
  friend bool operator==(const Extension&, const Extension&) = default;
};

struct Cluster {
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;       ///< A path.
  std::string certificate_authority_data;  ///< Base64 of PEM; wins over the path.
  std::string proxy_url;
  bool disable_compression = false;
  std::vector<Extension> extensions;
  std::string file;  ///< Where it was defined; for messages.
  friend bool operator==(const Cluster&, const Cluster&) = default;
};

struct ExecVariable {
  std::string name, value;
  friend bool operator==(const ExecVariable&, const ExecVariable&) = default;
};

/// A program that prints credentials (client.authentication.k8s.io).
struct ExecConfig {
  std::string command;
  std::vector<std::string> args;
  std::vector<ExecVariable> env;
  std::string api_version;
  std::string install_hint;
  bool provide_cluster_info = false;
  std::string interactive_mode;  ///< Never, IfAvailable, Always, or "" for none given.
  friend bool operator==(const ExecConfig&, const ExecConfig&) = default;
};

struct AuthProvider {
  std::string name;
  friend bool operator==(const AuthProvider&, const AuthProvider&) = default;
};

struct User {
  std::string client_certificate, client_certificate_data;
  std::string client_key, client_key_data;
  std::string token, token_file;
  std::string as, as_uid;
  std::vector<std::string> as_groups;
  std::map<std::string, std::vector<std::string>> as_user_extra;
  std::string username, password;
  std::optional<AuthProvider> auth_provider;
  std::optional<ExecConfig> exec;
  std::string file;
  friend bool operator==(const User&, const User&) = default;
};

struct Context {
  std::string cluster, user, name_space;
  std::string file;
  friend bool operator==(const Context&, const Context&) = default;
};

/// One file, or several merged.
struct Kubeconfig {
  std::map<std::string, Cluster> clusters;
  std::map<std::string, User> users;
  std::map<std::string, Context> contexts;
  std::string current_context;
  std::vector<std::string> files;  ///< That it was read from.
  friend bool operator==(const Kubeconfig&, const Kubeconfig&) = default;
};

/// Reads a kubeconfig (YAML or JSON; unknown fields are ignored; empty text is an empty configuration). Relative paths
/// in it become relative to the directory of `file`; a plugin's command does so only if it contains a slash.
/// Errors: kInvalid, naming the file and the field; secrets are never shown.
Result<Kubeconfig> parse_kubeconfig(std::string_view text, const std::string& file);

/// Merges in order: of entries with the same name the first is taken, whole; the first current-context that is set
/// wins.
Kubeconfig merge(std::vector<Kubeconfig> configs);

/// Reads the one file that the user named. Errors: kNotFound when there is none; as parse_kubeconfig.
Result<Kubeconfig> read_kubeconfig(Files& files, const std::string& file);

/// Reads and merges the files of a list such as $KUBECONFIG (separated by ':'). Doubles and missing files are skipped.
/// Errors: kNotFound when none of them exists; as parse_kubeconfig.
Result<Kubeconfig> read_kubeconfigs(Files& files, std::string_view list);

}  // namespace snapstash::kube
