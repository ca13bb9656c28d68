#include "kernel/kube/kubeconfig.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/json/codec_impl.hpp"
#include "kernel/kube/yaml.hpp"

namespace snapstash::kube {
namespace {

struct NamedCluster {
  std::string name;
  Cluster entry;
};
struct NamedUser {
  std::string name;
  User entry;
};
struct NamedContext {
  std::string name;
  Context entry;
};

/// The file as it is written: entries in lists.
struct Written {
  std::string kind;
  std::vector<NamedCluster> clusters;
  std::vector<NamedUser> users;
  std::vector<NamedContext> contexts;
  std::string current_context;
};

}  // namespace
}  // namespace snapstash::kube

namespace snapstash::json {

using kube::AuthProvider, kube::Cluster, kube::Context, kube::ExecConfig, kube::ExecVariable, kube::Extension,
    kube::User;
using kube::NamedCluster, kube::NamedContext, kube::NamedUser, kube::Written;

template <>
struct Description<Extension> {
  static constexpr std::tuple fields{
      field("name", &Extension::name, "Whose data it is."), field("extension", &Extension::extension, "The data.")
  };
};

template <>
struct Description<Cluster> {
  static constexpr std::tuple fields{
      field("server", &Cluster::server, "URL of the API server."),
      field("tls-server-name", &Cluster::tls_server_name, "Name in the server's certificate."),
      field("insecure-skip-tls-verify", &Cluster::insecure_skip_tls_verify, "Trust any server."),
      field("certificate-authority", &Cluster::certificate_authority, "File with the CA."),
      field("certificate-authority-data", &Cluster::certificate_authority_data, "The CA itself."),
      field("proxy-url", &Cluster::proxy_url, "Proxy on the way."),
      field("disable-compression", &Cluster::disable_compression, "Ask for plain answers."),
      field("extensions", &Cluster::extensions, "Data of other programs."),
  };
};

template <>
struct Description<ExecVariable> {
  static constexpr std::tuple fields{
      field("name", &ExecVariable::name, "Name of the variable.").required(),
      field("value", &ExecVariable::value, "Its value."),
  };
};

template <>
struct Description<ExecConfig> {
  static constexpr std::tuple fields{
      field("command", &ExecConfig::command, "The program."),
      field("args", &ExecConfig::args, "Its arguments."),
      field("env", &ExecConfig::env, "Variables added to its environment."),
      field("apiVersion", &ExecConfig::api_version, "Version of ExecCredential."),
      field("installHint", &ExecConfig::install_hint, "What to say when the program is missing."),
      field("provideClusterInfo", &ExecConfig::provide_cluster_info, "Tell it about the cluster."),
      field("interactiveMode", &ExecConfig::interactive_mode, "Whether it may ask on standard input."),
  };
};

template <>
struct Description<AuthProvider> {
  static constexpr std::tuple fields{field("name", &AuthProvider::name, "Which one.")};
};

template <>
struct Description<User> {
  static constexpr std::tuple fields{
      field("client-certificate", &User::client_certificate, "File with the certificate."),
      field("client-certificate-data", &User::client_certificate_data, "The certificate itself."),
      field("client-key", &User::client_key, "File with the key."),
      field("client-key-data", &User::client_key_data, "The key itself."),
      field("token", &User::token, "Bearer token."),
      field("tokenFile", &User::token_file, "File with the token."),
      field("as", &User::as, "User to impersonate."),
      field("as-uid", &User::as_uid, "UID to impersonate."),
      field("as-groups", &User::as_groups, "Groups to impersonate."),
      field("as-user-extra", &User::as_user_extra, "Further facts to impersonate."),
      field("username", &User::username, "For basic authentication."),
      field("password", &User::password, "For basic authentication."),
      field("auth-provider", &User::auth_provider, "Removed from Kubernetes."),
      field("exec", &User::exec, "A program that prints credentials."),
  };
};

template <>
struct Description<Context> {
  static constexpr std::tuple fields{
      field("cluster", &Context::cluster, "Name of the cluster."),
      field("user", &Context::user, "Name of the user."),
      field("namespace", &Context::name_space, "Namespace for commands that name none."),
  };
};

template <>
struct Description<NamedCluster> {
  static constexpr std::tuple fields{
      field("name", &NamedCluster::name, "Its name.").required(), field("cluster", &NamedCluster::entry, "The entry.")
  };
};

template <>
struct Description<NamedUser> {
  static constexpr std::tuple fields{
      field("name", &NamedUser::name, "Its name.").required(), field("user", &NamedUser::entry, "The entry.")
  };
};

template <>
struct Description<NamedContext> {
  static constexpr std::tuple fields{
      field("name", &NamedContext::name, "Its name.").required(), field("context", &NamedContext::entry, "The entry.")
  };
};

template <>
struct Description<Written> {
  static constexpr std::tuple fields{
      field("kind", &Written::kind, "Config."),
      field("clusters", &Written::clusters, "API servers."),
      field("users", &Written::users, "Credentials."),
      field("contexts", &Written::contexts, "Pairs of both."),
      field("current-context", &Written::current_context, "The one to use."),
  };
};

}  // namespace snapstash::json

namespace snapstash::kube {
namespace {

Error in_file(const std::string& file, std::string_view what) {
  return {Code::kInvalid, fmt::format("{} is not a valid kubeconfig: {}", file, what)};
}

/// Refuses secrets that are not text before the decoder would quote them in its message.
Result<void> check_secrets(const json::Value& document, const std::string& file) {
  const json::Array* users = json::find_array(document, "/users");
  if (users == nullptr) return {};
  for (std::size_t i = 0; i < users->size(); ++i) {
    for (const char* key : {"token", "password", "client-key-data", "client-certificate-data"}) {
      const json::Value* secret = json::find((*users)[i], fmt::format("/user/{}", key));
      if (secret == nullptr || secret->is_null() || secret->is_string()) continue;
      return fail(in_file(file, fmt::format(".users[{}].user.{}: must be text; put it in quotes", i, key)));
    }
  }
  return {};
}

/// The directory of `file`, absolute where the machine tells us which one we run in.
std::filesystem::path directory_of(const std::string& file) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(file, error);
  return (error ? std::filesystem::path(file) : absolute).parent_path();
}

/// Makes `path` independent of the directory we run in and relative to the file that mentions it.
void resolve(std::string& path, const std::filesystem::path& directory) {
  if (path.empty() || path.starts_with('/')) return;
  path = (directory / path).lexically_normal().string();
}

void resolve_paths(Cluster& cluster, const std::filesystem::path& directory) {
  resolve(cluster.certificate_authority, directory);
}

void resolve_paths(User& user, const std::filesystem::path& directory) {
  resolve(user.client_certificate, directory);
  resolve(user.client_key, directory);
  resolve(user.token_file, directory);
  // A bare name is looked up in $PATH.
  if (user.exec && user.exec->command.contains('/')) resolve(user.exec->command, directory);
}

void resolve_paths(Context&, const std::filesystem::path&) {}

/// Moves a list's entries into a map. Errors: kInvalid when two have the same name, as client-go.
template <class Named, class Entry>
Result<void> fill(
    std::map<std::string, Entry>& map, std::vector<Named>& list, const std::string& file, std::string_view list_name
) {
  const auto directory = directory_of(file);
  for (Named& named : list) {
    named.entry.file = file;
    resolve_paths(named.entry, directory);
    if (map.try_emplace(named.name, std::move(named.entry)).second) continue;
    return fail(in_file(file, fmt::format(".{} has two entries named \"{}\"; remove one", list_name, named.name)));
  }
  return {};
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view text, const std::string& file) {
  const auto document = parse_yaml(text);
  if (!document) return fail(in_file(file, document.error().message));
  Kubeconfig config;
  config.files.push_back(file);
  if (document->is_null()) return config;
  if (auto secrets = check_secrets(*document, file); !secrets) return fail(std::move(secrets).error());
  auto written = json::decode<Written>(*document);
  if (!written) return fail(in_file(file, written.error().message));
  if (!written->kind.empty() && written->kind != "Config") {
    return fail(in_file(file, fmt::format("its kind is {}, not Config", written->kind)));
  }
  auto filled = fill(config.clusters, written->clusters, file, "clusters");
  if (filled) filled = fill(config.users, written->users, file, "users");
  if (filled) filled = fill(config.contexts, written->contexts, file, "contexts");
  if (!filled) return fail(std::move(filled).error());
  config.current_context = std::move(written->current_context);
  return config;
}

Kubeconfig merge(std::vector<Kubeconfig> configs) {
  Kubeconfig all;
  for (Kubeconfig& config : configs) {
    // map::merge leaves alone what is there already.
    all.clusters.merge(config.clusters);
    all.users.merge(config.users);
    all.contexts.merge(config.contexts);
    if (all.current_context.empty()) all.current_context = std::move(config.current_context);
    std::ranges::move(config.files, std::back_inserter(all.files));
  }
  return all;
}

Result<Kubeconfig> read_kubeconfig(Files& files, const std::string& file) {
  const auto text = files.read(file);
  if (!text) return fail(Error(text.error()).in("kubeconfig"));
  return parse_kubeconfig(*text, file);
}

Result<Kubeconfig> read_kubeconfigs(Files& files, std::string_view list) {
  std::vector<std::string> seen;
  std::vector<Kubeconfig> configs;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(':', start), list.size());
    const std::string file(list.substr(start, end - start));
    start = end + 1;
    if (file.empty() || std::ranges::find(seen, file) != seen.end()) continue;
    seen.push_back(file);
    auto config = read_kubeconfig(files, file);
    if (!config && config.error().is(Code::kNotFound)) continue;
    if (!config) return config;
    configs.push_back(std::move(*config));
  }
  if (configs.empty()) {
    return fail(Code::kNotFound, fmt::format("none of the kubeconfig files exists: {}", fmt::join(seen, ", ")));
  }
  return merge(std::move(configs));
}

}  // namespace snapstash::kube
