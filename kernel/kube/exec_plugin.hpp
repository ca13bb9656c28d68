#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/kube/cluster_access.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/kube/exec_credential.hpp"
#include "kernel/kube/process_runner.hpp"

namespace snapstash::kube {

/// Credentials that a program prints (client-go, plugin/pkg/client/auth/exec). It is run when they are first needed,
/// have expired or were rejected; whoever needs them meanwhile waits for the same run and shares its outcome, errors
/// included. A run outlives the request that caused it. Must outlive the tasks it hands out.
/// Limits of ours (client-go has none): a minute, or ten where the plugin may ask on the terminal.
class ExecPluginCredentials final : public Credentials {
 public:
  struct Ports {
    ProcessRunner& runner;
    Executor& executor;
    const Clock& clock;
  };
  struct Options {
    bool stdin_is_terminal = false;
    std::string ca_pem;  ///< Told to the plugin when it wants to know the cluster.
    /// Called when the plugin hands out another client certificate than before: TLS must use it from now on, before the
    /// request for which it was obtained is sent. An error makes that request fail.
    std::function<Result<void>(const ExecCredential&)> on_certificate;
  };

  /// REQUIRES: check_exec_config(plugin.config).
  ExecPluginCredentials(Ports ports, ExecPlugin plugin, Options options);

  /// Errors: kUnauthorized when the plugin cannot be run, fails, or prints no credentials; with its installHint when it
  /// is missing, though at most ten times an hour.
  Task<Result<wire::Headers>> headers() override;
  void rejected(MonoTime sent) override;

 private:
  struct Obtained {
    wire::Headers headers;
    std::optional<WallTime> expires;
    MonoTime when;
  };
  /// One run of the plugin that several requests wait for.
  struct Flight {
    explicit Flight(Executor& executor) : done(executor) {}
    Event done;
    Result<wire::Headers> outcome;
  };

  bool is_usable() const;
  Task<void> fly(std::shared_ptr<Flight> flight);
  Task<Result<ExecCredential>> run();
  Result<wire::Headers> accept(const ExecCredential& credential);
  Error explain(Error error);
  bool may_hint();

  Ports ports_;
  ExecPlugin plugin_;
  Options options_;
  std::optional<Obtained> cached_;
  std::string certificate_pem_;  // the last one told to TLS
  std::shared_ptr<Flight> flight_;
  MonoTime hints_since_{};
  int hints_ = 0;
  TaskGroup runs_;
};

}  // namespace snapstash::kube
