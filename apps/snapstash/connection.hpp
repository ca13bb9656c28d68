#pragma once
#include <memory>
#include <string>

#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/kube/connect.hpp"
#include "kernel/kube/files.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/http_transport.hpp"

namespace snapstash {

/// The way to one API server, wired from files to client. Must be made and destroyed on the loop's thread; the loop
/// outlives it.
class ServerConnection {
 public:
  struct Options {
    std::string kubeconfig;  ///< "" = $KUBECONFIG, then the pod we run in.
    std::string user_agent;
    kube::RetryPolicy retry;
    std::function<void(std::string_view method, std::string_view code)> observe;
  };

  /// Errors: kNotFound or kInvalid, with a sentence that names file and remedy.
  static Result<std::unique_ptr<ServerConnection>> make(
      wire::EventLoop& loop, Log& log, Random& random, Options options
  );

  kube::Client& client() { return *client_; }
  const std::string& namespace_() const { return own_namespace_; }
  const std::string& host() const { return host_; }

  /// A further client on the same connection; for leases, which must not wait with the others.
  std::unique_ptr<kube::Client> another_client(kube::Client::Options options) const;

 private:
  ServerConnection() = default;
  SystemClock clock_;
  kube::DiskFiles files_;
  wire::EventLoop* loop_ = nullptr;
  Random* random_ = nullptr;
  std::string own_namespace_, host_;
  std::unique_ptr<wire::HttpTransport> transport_;
  kube::Connection connection_;  // destroyed before the transport that its TLS files feed
  std::unique_ptr<kube::Client> client_;
};

}  // namespace snapstash
