#include "apps/snapstash/connection.hpp"

#include "kernel/kube/environment.hpp"
#include "kernel/kube/find_cluster_access.hpp"

namespace snapstash {

Result<std::unique_ptr<ServerConnection>> ServerConnection::make(
    wire::EventLoop& loop, Log& log, Random& random, Options options
) {
  std::unique_ptr<ServerConnection> made(new ServerConnection);
  made->loop_ = &loop;
  made->random_ = &random;
  auto access = kube::find_cluster_access(made->files_, kube::system_environment(), options.kubeconfig, {});
  if (!access) return fail(std::move(access).error());
  made->own_namespace_ = access->name_space;
  auto connection = kube::connect(
      *access, {.files = made->files_, .executor = loop, .clock = made->clock_, .log = log, .runner = nullptr}
  );
  if (!connection) return fail(std::move(connection).error());
  made->connection_ = std::move(*connection);
  made->host_ = made->connection_.endpoint.host;
  auto transport = wire::HttpTransport::make(loop, made->connection_.endpoint);
  if (!transport) return fail(std::move(transport).error());
  made->transport_ = std::move(*transport);
  made->connection_.tls->watch([transport = made->transport_.get()](wire::Tls tls) {
    return transport->replace_tls(std::move(tls));
  });
  made->client_ = made->another_client(
      {.user_agent = options.user_agent,
       .field_manager = "snapstash",
       .retry = options.retry,
       .observe = std::move(options.observe)}
  );
  return made;
}

std::unique_ptr<kube::Client> ServerConnection::another_client(kube::Client::Options options) const {
  return std::make_unique<kube::Client>(*transport_, *connection_.credentials, *loop_, *random_, std::move(options));
}

}  // namespace snapstash
