#pragma once
#include <memory>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/kube/cluster_access.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/kube/files.hpp"
#include "kernel/kube/process_runner.hpp"
#include "kernel/kube/tls_files.hpp"
#include "kernel/wire/endpoint.hpp"

namespace snapstash::kube {

/// What a transport and a client are made of. Make the transport from `endpoint`, then tell the TLS files about it:
///
///     auto transport = wire::HttpTransport::make(loop, connection.endpoint);
///     connection.tls->watch([&](wire::Tls tls) { return transport->replace_tls(std::move(tls)); });
///
/// Must outlive the client and its tasks; must be destroyed before the transport that `watch` was given.
struct Connection {
  wire::Endpoint endpoint;                   ///< Complete, with the TLS texts as they are now.
  std::unique_ptr<TlsFiles> tls;             ///< Never null.
  std::unique_ptr<Credentials> credentials;  ///< Never null; impersonation included.
};

/// What a connection needs of the world. All must outlive it.
struct ConnectionPorts {
  Files& files;
  Executor& executor;
  const Clock& clock;
  Log& log;
  ProcessRunner* runner = nullptr;  ///< nullptr = credential plugins are refused, as in a pod.
  bool stdin_is_terminal = false;   ///< Whether a plugin may ask there.
};

/// Reads the files that `access` names and logs its warnings. Nothing is sent and no plugin is run yet.
/// Errors: kInvalid, naming the file or the plugin.
Result<Connection> connect(const ClusterAccess& access, const ConnectionPorts& ports);

}  // namespace snapstash::kube
