#include "kernel/kube/find_cluster_access.hpp"

#include <utility>

#include <fmt/format.h>

#include "kernel/kube/in_cluster.hpp"
#include "kernel/kube/proxy.hpp"

namespace snapstash::kube {
namespace {

bool names_an_entry(const Overrides& overrides) {
  return !overrides.context.empty() || !overrides.cluster.empty() || !overrides.user.empty() ||
         !overrides.server.empty();
}

/// The pod's configuration or the one at home.
Result<Kubeconfig> read_default(Files& files, const Environment& environment, const Overrides& overrides) {
  auto pod = read_in_cluster_config(files, environment);
  if (pod && !names_an_entry(overrides)) return pod;
  const std::string home(variable(environment, "HOME"));
  const std::string file = home + "/.kube/config";
  auto own = home.empty() ? Result<Kubeconfig>(fail(Code::kNotFound, "HOME is not set")) : read_kubeconfig(files, file);
  if (own || !own.error().is(Code::kNotFound)) return own;
  if (!overrides.server.empty()) return Kubeconfig();
  if (!pod && pod.error().is(Code::kInvalid)) return pod;
  return fail(
      Code::kNotFound, fmt::format(
                           "no cluster is configured: use --kubeconfig, set KUBECONFIG, or create {}/.kube/config ({})",
                           home.empty() ? "$HOME" : home,
                           pod ? "the pod's own cluster does not have the entry that is asked for" : pod.error().message
                       )
  );
}

Result<Kubeconfig> read_config(
    Files& files, const Environment& environment, const std::string& explicit_file, const Overrides& overrides
) {
  if (!explicit_file.empty()) return read_kubeconfig(files, explicit_file);
  const auto list = variable(environment, "KUBECONFIG");
  if (list.empty()) return read_default(files, environment, overrides);
  auto config = read_kubeconfigs(files, list);
  if (!config && config.error().is(Code::kNotFound)) {
    if (!overrides.server.empty()) return Kubeconfig();
    return fail(std::move(config).error().in("$KUBECONFIG"));
  }
  return config;
}

}  // namespace

Result<ClusterAccess> find_cluster_access(
    Files& files, const Environment& environment, const std::string& explicit_file, const Overrides& overrides
) {
  const auto config = read_config(files, environment, explicit_file, overrides);
  if (!config) return fail(config.error());
  auto access = make_cluster_access(*config, overrides);
  if (!access || access->endpoint.proxy) return access;
  const std::string proxy_url = proxy_from_environment(environment, access->endpoint);
  if (proxy_url.empty()) return access;
  auto proxy = parse_proxy(proxy_url);
  if (!proxy) return fail(std::move(proxy).error().in("the proxy that the environment names"));
  access->endpoint.proxy = std::move(*proxy);
  return access;
}

}  // namespace snapstash::kube
