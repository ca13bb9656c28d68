#include "kernel/kube/connect.hpp"

#include <utility>

#include <fmt/format.h>

#include "kernel/kube/exec_plugin.hpp"
#include "kernel/kube/token_file.hpp"

namespace snapstash::kube {
namespace {

using Made = Result<std::unique_ptr<Credentials>>;

Made fixed(Result<wire::Headers> headers) {
  if (!headers) return fail(std::move(headers).error());
  return make_fixed_credentials(std::move(*headers));
}

/// Makes the credentials of each kind of source.
struct Maker {
  const ConnectionPorts& ports;
  TlsFiles& tls;

  Made operator()(const NoCredential&) const { return make_fixed_credentials({}); }
  Made operator()(const StaticToken& source) const { return fixed(bearer_headers(source.token)); }
  Made operator()(const BasicLogin& source) const { return fixed(basic_headers(source.username, source.password)); }
  Made operator()(const TokenFile& source) const {
    return std::make_unique<TokenFileCredentials>(
        ports.files, ports.executor, ports.log, source.path, source.initial_token
    );
  }
  Made operator()(const ExecPlugin& source) const {
    if (ports.runner == nullptr) {
      return fail(
          Code::kInvalid,
          fmt::format(
              "credential plugin {}: plugins are not run here; use a token or a certificate", source.config.command
          )
      );
    }
    ExecPluginCredentials::Options options;
    options.stdin_is_terminal = ports.stdin_is_terminal;
    options.ca_pem = tls.current().ca_pem;
    options.on_certificate = [files = &tls](const ExecCredential& credential) {
      return files->use_client_certificate(credential.certificate_pem, credential.key_pem);
    };
    return std::make_unique<ExecPluginCredentials>(
        ExecPluginCredentials::Ports{*ports.runner, ports.executor, ports.clock}, source, std::move(options)
    );
  }
};

}  // namespace

Result<Connection> connect(const ClusterAccess& access, const ConnectionPorts& ports) {
  for (const std::string& warning : access.warnings) ports.log.warning(warning);
  Connection connection;
  connection.endpoint = access.endpoint;
  connection.tls = std::make_unique<TlsFiles>(ports.files, ports.executor, ports.log, access.tls);
  auto tls = connection.tls->load(access.endpoint.tls);
  if (!tls) return fail(std::move(tls).error());
  connection.endpoint.tls = std::move(*tls);

  auto credentials = std::visit(Maker{ports, *connection.tls}, access.credential);
  if (!credentials) return fail(std::move(credentials).error());
  auto extra = impersonation_headers(access.impersonation);
  if (!extra) return fail(std::move(extra).error());
  connection.credentials =
      *extra == wire::Headers() ? std::move(*credentials) : with_headers(std::move(*credentials), std::move(*extra));
  return connection;
}

}  // namespace snapstash::kube
