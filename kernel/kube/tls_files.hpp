#pragma once
#include <functional>
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/kube/cluster_access.hpp"
#include "kernel/kube/files.hpp"
#include "kernel/wire/endpoint.hpp"

namespace snapstash::kube {

/// The TLS texts in use, kept equal to the files they come from: these are read every 5 minutes, as client-go does
/// (cert_rotation.go, ca_rotation.go). A file that cannot be read, is empty or is not PEM leaves what there was; so
/// does a certificate whose key does not fit it (yet). Nothing is read when nothing comes from a file. All references
/// must outlive this.
class TlsFiles {
 public:
  /// Takes new texts into use. Errors leave the old ones in use; it is tried again 5 minutes later.
  using Replace = std::function<Result<void>(wire::Tls)>;

  TlsFiles(Files& files, Executor& executor, Log& log, TlsSources sources);
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;

  /// Reads everything for the first time, into `settings` (server name, insecure). Errors: kInvalid, naming the file.
  Result<wire::Tls> load(wire::Tls settings);
  const wire::Tls& current() const { return current_; }

  /// Calls `replace` from now on, from the executor, when a file has changed. REQUIRES: load() has succeeded.
  void watch(Replace replace);

  /// Uses another client certificate, from an exec plugin. Errors: those of `replace`; then nothing has changed.
  Result<void> use_client_certificate(const std::string& certificate_pem, const std::string& key_pem);

 private:
  Result<std::string> read(const Pem& pem) const;
  void schedule();
  void poll_certificate_authority();
  void poll_client_certificate();
  Result<void> use(wire::Tls tls);
  void keep_old(std::string_view what, const Error& error);

  Files& files_;
  Executor& executor_;
  Log& log_;
  TlsSources sources_;
  wire::Tls current_;
  Replace replace_;
  Executor::Ticket timer_;
};

}  // namespace snapstash::kube
