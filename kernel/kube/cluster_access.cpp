#include "kernel/kube/cluster_access.hpp"

#include <charconv>
#include <cstdint>
#include <ranges>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kernel/kube/base64.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/kube/exec_credential.hpp"
#include "kernel/kube/proxy.hpp"

namespace snapstash::kube {
namespace {

std::string keys_of(const auto& map) {
  return map.empty() ? "none" : fmt::format("{}", fmt::join(map | std::views::keys, ", "));
}

std::string files_of(const Kubeconfig& config) {
  return config.files.empty() ? "the configuration" : fmt::format("{}", fmt::join(config.files, ", "));
}

/// `cluster "lab" in /home/jane/.kube/config`, or what the command line stands for.
std::string entry(std::string_view kind, std::string_view name, const std::string& file) {
  if (file.empty()) return fmt::format("the {} given on the command line", kind);
  return fmt::format("{} \"{}\" in {}", kind, name, file);
}

std::unexpected<Error> invalid(std::string message) { return fail(Code::kInvalid, std::move(message)); }

/// The three entries that describe one connection, with their names.
struct Chosen {
  std::string context_name, cluster_name, user_name;
  Context context;
  Cluster cluster;
  User user;
  std::string cluster_entry() const { return entry("cluster", cluster_name, cluster.file); }
  std::string user_entry() const { return entry("user", user_name, user.file); }
};

Result<void> choose_context(const Kubeconfig& config, const Overrides& overrides, Chosen& chosen) {
  chosen.context_name = overrides.context.empty() ? config.current_context : overrides.context;
  if (chosen.context_name.empty()) {
    if (!overrides.cluster.empty() || !overrides.server.empty()) return {};
    return invalid(fmt::format(
        "no context is chosen: set current-context in {}, or name one with --context; contexts there: {}",
        files_of(config), keys_of(config.contexts)
    ));
  }
  const auto found = config.contexts.find(chosen.context_name);
  if (found == config.contexts.end()) {
    return invalid(fmt::format(
        "context \"{}\" does not exist in {}; contexts there: {}", chosen.context_name, files_of(config),
        keys_of(config.contexts)
    ));
  }
  chosen.context = found->second;
  return {};
}

/// Finds a named cluster or user. `from` says who names it.
template <class Entry>
Result<Entry> find_entry(
    const std::map<std::string, Entry>& map, const std::string& name, std::string_view kind, const Kubeconfig& config,
    std::string_view from
) {
  const auto found = map.find(name);
  if (found != map.end()) return found->second;
  return invalid(fmt::format(
      "{} \"{}\"{} does not exist in {}; {}s there: {}", kind, name, from, files_of(config), kind, keys_of(map)
  ));
}

Result<Chosen> choose(const Kubeconfig& config, const Overrides& overrides) {
  Chosen chosen;
  if (auto context = choose_context(config, overrides, chosen); !context) return fail(std::move(context).error());
  const std::string named_by = fmt::format(", which context \"{}\" names,", chosen.context_name);
  chosen.cluster_name = overrides.cluster.empty() ? chosen.context.cluster : overrides.cluster;
  if (!chosen.cluster_name.empty()) {
    auto cluster =
        find_entry(config.clusters, chosen.cluster_name, "cluster", config, overrides.cluster.empty() ? named_by : "");
    if (!cluster) return fail(std::move(cluster).error());
    chosen.cluster = std::move(*cluster);
  }
  chosen.user_name = overrides.user.empty() ? chosen.context.user : overrides.user;
  if (!chosen.user_name.empty()) {
    auto user = find_entry(config.users, chosen.user_name, "user", config, overrides.user.empty() ? named_by : "");
    if (!user) return fail(std::move(user).error());
    chosen.user = std::move(*user);
  }
  return chosen;
}

void override_with(std::string& value, const std::string& given) {
  if (!given.empty()) value = given;
}

void apply(const Overrides& overrides, Cluster& cluster) {
  // A name that fitted the file's server says nothing about another one.
  if (!overrides.server.empty() || !overrides.tls_server_name.empty()) {
    cluster.tls_server_name = overrides.tls_server_name;
  }
  override_with(cluster.server, overrides.server);
  override_with(cluster.proxy_url, overrides.proxy_url);
  // Each of the two flags takes back what the file says about trust.
  const bool insecure = overrides.insecure_skip_tls_verify.value_or(false);
  if (insecure || !overrides.certificate_authority.empty()) {
    cluster.insecure_skip_tls_verify = insecure;
    cluster.certificate_authority = overrides.certificate_authority;
    cluster.certificate_authority_data.clear();
  } else if (overrides.insecure_skip_tls_verify) {
    cluster.insecure_skip_tls_verify = false;
  }
}

void apply(const Overrides& overrides, User& user) {
  if (!overrides.token.empty() || !overrides.username.empty() || !overrides.password.empty()) {
    user.token = overrides.token;
    user.username = overrides.username;
    user.password = overrides.password;
    user.token_file.clear();
    user.exec.reset();
    user.auth_provider.reset();
  }
  if (!overrides.client_certificate.empty()) {
    user.client_certificate = overrides.client_certificate;
    user.client_certificate_data.clear();
  }
  if (!overrides.client_key.empty()) {
    user.client_key = overrides.client_key;
    user.client_key_data.clear();
  }
  override_with(user.as, overrides.as.user);
  override_with(user.as_uid, overrides.as.uid);
  if (!overrides.as.groups.empty()) user.as_groups = overrides.as.groups;
  if (!overrides.as.extra.empty()) user.as_user_extra = overrides.as.extra;
}

/// Reads `<key>` and `<key>-data` of an entry.
Result<Pem> read_pem(
    const std::string& data, const std::string& file, std::string_view key, const std::string& where,
    std::vector<std::string>& warnings
) {
  if (data.empty()) return Pem{.file = file};
  if (!file.empty()) warnings.push_back(fmt::format("{}: {}-data is used, {} is ignored", where, key, key));
  auto text = decode_base64(data);
  if (!text) return invalid(fmt::format("{}: {}-data is not base64", where, key));
  return Pem{.data = std::move(*text)};
}

Result<void> read_server(const Chosen& chosen, ClusterAccess& access) {
  const Cluster& cluster = chosen.cluster;
  if (cluster.server.empty()) {
    return invalid(
        chosen.cluster_name.empty() ? fmt::format("context \"{}\" names no cluster", chosen.context_name)
                                    : fmt::format("{} has no server", chosen.cluster_entry())
    );
  }
  auto endpoint = wire::parse_endpoint(cluster.server);
  if (!endpoint) return fail(std::move(endpoint).error().in(fmt::format("the server of {}", chosen.cluster_entry())));
  access.endpoint = std::move(*endpoint);
  access.endpoint.tls.server_name = cluster.tls_server_name;
  access.endpoint.tls.insecure_skip_verify = cluster.insecure_skip_tls_verify;
  access.disable_compression = cluster.disable_compression;
  if (cluster.proxy_url.empty()) return {};
  auto proxy = parse_proxy(cluster.proxy_url);
  if (!proxy) return fail(std::move(proxy).error().in(fmt::format("the proxy-url of {}", chosen.cluster_entry())));
  access.endpoint.proxy = std::move(*proxy);
  return {};
}

Result<void> read_tls(const Chosen& chosen, ClusterAccess& access) {
  const Cluster& cluster = chosen.cluster;
  const User& user = chosen.user;
  TlsSources& tls = access.tls;
  auto ca = read_pem(
      cluster.certificate_authority_data, cluster.certificate_authority, "certificate-authority",
      chosen.cluster_entry(), access.warnings
  );
  if (!ca) return fail(std::move(ca).error());
  auto certificate = read_pem(
      user.client_certificate_data, user.client_certificate, "client-certificate", chosen.user_entry(), access.warnings
  );
  if (!certificate) return fail(std::move(certificate).error());
  auto key = read_pem(user.client_key_data, user.client_key, "client-key", chosen.user_entry(), access.warnings);
  if (!key) return fail(std::move(key).error());
  tls = {std::move(*ca), std::move(*certificate), std::move(*key)};
  if (cluster.insecure_skip_tls_verify && !tls.certificate_authority.empty()) {
    return invalid(fmt::format(
        "{} has both insecure-skip-tls-verify and a certificate authority; remove one of them", chosen.cluster_entry()
    ));
  }
  if (tls.client_certificate.empty() != tls.client_key.empty()) {
    const bool has_key = tls.client_certificate.empty();
    return invalid(fmt::format(
        "{} has a {} without a {}", chosen.user_entry(), has_key ? "client-key" : "client-certificate",
        has_key ? "client-certificate" : "client-key"
    ));
  }
  return {};
}

Result<CredentialSource> read_login(const Chosen& chosen) {
  const User& user = chosen.user;
  const bool has_token = !user.token.empty() || !user.token_file.empty();
  const bool has_login = !user.username.empty() || !user.password.empty();
  if (user.auth_provider) {
    return invalid(fmt::format(
        "{} uses auth-provider \"{}\", which Kubernetes has removed; use an exec plugin or a token instead",
        chosen.user_entry(), user.auth_provider->name
    ));
  }
  if (has_token && has_login) {
    return invalid(fmt::format(
        "{} has more than one authentication method: token and username/password; remove one of them",
        chosen.user_entry()
    ));
  }
  if (!user.token_file.empty()) return TokenFile{user.token_file, user.token};
  if (has_token) {
    if (auto headers = bearer_headers(user.token); !headers) {
      return fail(std::move(headers).error().in(chosen.user_entry()));
    }
    return StaticToken{user.token};
  }
  if (!has_login) return NoCredential{};
  if (auto headers = basic_headers(user.username, user.password); !headers) {
    return fail(std::move(headers).error().in(chosen.user_entry()));
  }
  return BasicLogin{user.username, user.password};
}

Result<CredentialSource> read_credential(const Chosen& chosen, ClusterAccess& access) {
  auto login = read_login(chosen);
  if (!login || !chosen.user.exec) return login;
  if (auto usable = check_exec_config(*chosen.user.exec); !usable) {
    return fail(std::move(usable).error().in(chosen.user_entry()));
  }
  if (!std::holds_alternative<NoCredential>(*login) || !access.tls.client_certificate.empty()) {
    access.warnings.push_back(
        fmt::format("{}: the exec plugin is not run, as there are other credentials", chosen.user_entry())
    );
    return login;
  }
  return ExecPlugin{*chosen.user.exec, chosen.cluster};
}

Result<std::optional<Duration>> read_timeout(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::int32_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
  std::optional<Duration> timeout;
  if (error == std::errc() && stopped == end) {
    timeout = std::chrono::seconds(seconds);
  } else {
    timeout = parse_duration(text);
  }
  if (timeout && *timeout >= Duration::zero()) return timeout;
  return invalid(fmt::format("--request-timeout \"{}\" is not a duration such as 30s, 2m or 0", text));
}

/// Takes away what must not travel in the clear.
void protect(const Chosen& chosen, ClusterAccess& access) {
  if (access.endpoint.scheme == "https") return;
  if (!std::holds_alternative<NoCredential>(access.credential)) {
    access.warnings.push_back(fmt::format(
        "{} is not https, so the credentials of {} are not sent to it", chosen.cluster_entry(), chosen.user_entry()
    ));
  }
  access.credential = NoCredential{};
  access.tls = {};
}

}  // namespace

Result<ClusterAccess> make_cluster_access(const Kubeconfig& config, const Overrides& overrides) {
  auto chosen = choose(config, overrides);
  if (!chosen) return fail(std::move(chosen).error());
  apply(overrides, chosen->cluster);
  apply(overrides, chosen->user);

  ClusterAccess access;
  access.context = chosen->context_name;
  access.name_space = overrides.name_space.empty() ? chosen->context.name_space : overrides.name_space;
  if (access.name_space.empty()) access.name_space = "default";
  if (auto server = read_server(*chosen, access); !server) return fail(std::move(server).error());
  if (auto tls = read_tls(*chosen, access); !tls) return fail(std::move(tls).error());
  auto credential = read_credential(*chosen, access);
  if (!credential) return fail(std::move(credential).error());
  access.credential = std::move(*credential);
  const User& user = chosen->user;
  access.impersonation = {user.as, user.as_uid, user.as_groups, user.as_user_extra};
  if (auto headers = impersonation_headers(access.impersonation); !headers) {
    return fail(std::move(headers).error().in(chosen->user_entry()));
  }
  auto timeout = read_timeout(overrides.request_timeout);
  if (!timeout) return fail(std::move(timeout).error());
  access.request_timeout = *timeout;
  protect(*chosen, access);
  return access;
}

}  // namespace snapstash::kube
