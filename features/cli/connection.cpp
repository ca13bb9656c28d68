#include "features/cli/connection.hpp"

#include <fmt/format.h>

#include "kernel/kube/find_cluster_access.hpp"

namespace snapstash::cli {

wire::Request TimedTransport::timed(wire::Request request) const {
  constexpr Duration kForEver = std::chrono::hours(24 * 365);
  if (timeout_) request.timeout = *timeout_ == Duration(0) ? kForEver : *timeout_;
  return request;
}

Result<std::unique_ptr<Connection>> Connection::make(
    wire::EventLoop& loop, Log& log, const CommandLine& line, Options options
) {
  std::unique_ptr<Connection> made(new Connection(loop));
  const auto access = kube::find_cluster_access(made->files_, options.environment, line.kubeconfig, line.connection);
  if (!access) return fail(access.error());
  made->name_space_ = access->name_space;
  auto connection = kube::connect(
      *access, {.files = made->files_,
                .executor = loop,
                .clock = made->clock_,
                .log = log,
                .runner = made->runner_.get(),
                .stdin_is_terminal = options.stdin_is_terminal}
  );
  if (!connection) return fail(std::move(connection).error());
  made->connection_ = *std::move(connection);
  const wire::Endpoint& endpoint = made->connection_.endpoint;
  made->server_ = fmt::format("{}://{}:{}{}", endpoint.scheme, endpoint.host, endpoint.port, endpoint.path_prefix);
  auto transport = wire::HttpTransport::make(loop, endpoint);
  if (!transport) return fail(std::move(transport).error());
  made->transport_ = *std::move(transport);
  made->connection_.tls->watch([transport = made->transport_.get()](wire::Tls tls) {
    return transport->replace_tls(std::move(tls));
  });
  made->timed_ = std::make_unique<TimedTransport>(*made->transport_, access->request_timeout);
  made->client_ = std::make_unique<kube::Client>(
      *made->timed_, *made->connection_.credentials, loop, made->random_,
      kube::Client::Options{
          .user_agent = std::move(options.user_agent),
          .field_manager = "kubectl-stash",
          .retry = {.attempts = 4},
          .observe = {}
      }
  );
  return made;
}

}  // namespace snapstash::cli
