#include "kernel/kube/exec_plugin.hpp"

#include <utility>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTimeout = 1min;
constexpr Duration kInteractiveTimeout = 10min;
constexpr int kHintsPerHour = 10;

}  // namespace

ExecPluginCredentials::ExecPluginCredentials(Ports ports, ExecPlugin plugin, Options options)
    : ports_(ports), plugin_(std::move(plugin)), options_(std::move(options)), runs_(ports.executor) {}

bool ExecPluginCredentials::is_usable() const {
  return cached_ && (!cached_->expires || ports_.clock.now() < *cached_->expires);
}

Task<Result<wire::Headers>> ExecPluginCredentials::headers() {
  if (is_usable()) co_return cached_->headers;
  if (!flight_) {
    flight_ = std::make_shared<Flight>(ports_.executor);
    runs_.spawn(fly(flight_));
  }
  const std::shared_ptr<Flight> flight = flight_;
  co_await flight->done.wait();
  co_return flight->outcome;
}

void ExecPluginCredentials::rejected(MonoTime sent) {
  if (cached_ && cached_->when <= sent) cached_.reset();
}

Task<void> ExecPluginCredentials::fly(std::shared_ptr<Flight> flight) {
  const auto credential = co_await run().as_result();
  flight->outcome = credential ? accept(*credential) : fail(credential.error());
  if (!flight->outcome) {
    Error error = std::move(flight->outcome).error();
    error.code = Code::kUnauthorized;
    flight->outcome = fail(std::move(error).in(fmt::format("credential plugin {}", plugin_.config.command)));
  }
  flight_.reset();
  flight->done.set();
}

Task<Result<ExecCredential>> ExecPluginCredentials::run() {
  const ExecConfig& config = plugin_.config;
  const bool interactive = co_await is_interactive(config, options_.stdin_is_terminal);
  wire::ProcessSpec spec;
  spec.command = config.command;
  spec.args = config.args;
  for (const ExecVariable& added : config.env) spec.env.emplace_back(added.name, added.value);
  const Cluster* cluster = config.provide_cluster_info ? &plugin_.cluster : nullptr;
  spec.env.emplace_back("KUBERNETES_EXEC_INFO", make_exec_info(config, interactive, cluster, options_.ca_pem));
  spec.inherit_stdin = interactive;
  spec.timeout = interactive ? kInteractiveTimeout : kTimeout;
  const auto output = co_await ports_.runner.run(std::move(spec)).as_result();
  if (!output) co_return fail(explain(output.error()));
  if (output->exit_code != 0) {
    co_return fail(Code::kUnauthorized, fmt::format("it failed with exit code {}", output->exit_code));
  }
  co_return parse_exec_credential(output->standard_output, config.api_version);
}

Result<wire::Headers> ExecPluginCredentials::accept(const ExecCredential& credential) {
  Obtained obtained{.expires = credential.expires, .when = ports_.executor.now()};
  if (!credential.token.empty()) {
    auto headers = bearer_headers(credential.token);
    if (!headers) return headers;
    obtained.headers = std::move(*headers);
  }
  if (!credential.certificate_pem.empty() && credential.certificate_pem != certificate_pem_) {
    if (options_.on_certificate) {
      if (auto used = options_.on_certificate(credential); !used) return fail(std::move(used).error());
    }
    certificate_pem_ = credential.certificate_pem;
  }
  cached_ = std::move(obtained);
  return cached_->headers;
}

Error ExecPluginCredentials::explain(Error error) {
  if (!error.is(Code::kNotFound)) return error;
  error.message = "there is no such program";
  const std::string& hint = plugin_.config.install_hint;
  if (!hint.empty() && may_hint()) error.message += fmt::format(". {}", hint);
  return error;
}

/// Hints can be long; a program that retries would fill its log with them.
bool ExecPluginCredentials::may_hint() {
  const MonoTime now = ports_.executor.now();
  if (hints_ == 0 || now - hints_since_ >= 1h) {
    hints_ = 0;
    hints_since_ = now;
  }
  if (hints_ >= kHintsPerHour) return false;
  ++hints_;
  return true;
}

}  // namespace snapstash::kube
