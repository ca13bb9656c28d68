#include "kernel/kube/in_cluster.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

constexpr std::string_view kDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr const char* kName = "in-cluster";

std::string without_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return "";
  return std::string(text.substr(start, text.find_last_not_of(kSpace) - start + 1));
}

}  // namespace

Result<Kubeconfig> read_in_cluster_config(Files& files, const Environment& environment) {
  const auto host = variable(environment, "KUBERNETES_SERVICE_HOST");
  const auto port = variable(environment, "KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    return fail(Code::kNotFound, "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set");
  }
  const std::string ca_file = fmt::format("{}/ca.crt", kDirectory);
  const std::string token_file = fmt::format("{}/token", kDirectory);
  for (const std::string& file : {token_file, ca_file}) {
    if (auto content = files.read(file); !content) {
      Error error(Code::kInvalid, content.error().message);
      return fail(std::move(error).in("in a pod without its service account (automountServiceAccountToken)"));
    }
  }
  std::string name_space(variable(environment, "POD_NAMESPACE"));
  if (name_space.empty()) {
    name_space = without_space(files.read(fmt::format("{}/namespace", kDirectory)).value_or(""));
  }

  Kubeconfig config;
  config.files = {std::string(kDirectory)};
  config.current_context = kName;
  config.contexts[kName] = {.cluster = kName, .user = kName, .name_space = name_space, .file = config.files[0]};
  config.clusters[kName] = {
      .server =
          host.contains(':') ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port),
      .certificate_authority = ca_file,
      .file = config.files[0],
  };
  config.users[kName] = {.token_file = token_file, .file = config.files[0]};
  return config;
}

}  // namespace snapstash::kube
