#include "kernel/wire/dial.hpp"

#include <fmt/format.h>

#include "kernel/base/race.hpp"
#include "kernel/wire/message_parser.hpp"
#include "kernel/wire/request_bytes.hpp"
#include "kernel/wire/tcp.hpp"

namespace snapstash::wire {
namespace {

constexpr Duration kConnectTimeout = std::chrono::seconds(10);
constexpr Duration kTunnelTimeout = std::chrono::seconds(10);

Task<Result<StreamHandle>> ask_for_tunnel(EventLoop& loop, StreamHandle proxy, std::string request) {
  Connection connection(loop, std::move(proxy));
  const IoResult written = co_await connection.write(std::move(request));
  if (written.end != IoEnd::kOk) co_return fail(Code::kUnavailable, written.message);
  ResponseParser parser(ResponseParser::To::kConnect);
  while (!parser.has_head()) {
    const IoResult read = co_await connection.fill();
    if (read.end != IoEnd::kOk) co_return fail(Code::kUnavailable, "closed without an answer: " + read.message);
    if (auto fed = parser.feed(connection.input()); !fed) co_return fail(Code::kUnavailable, fed.error().message);
  }
  const Response answer = parser.head();
  if (answer.status / 100 != 2) co_return fail(Code::kUnavailable, fmt::format("refused with HTTP {}", answer.status));
  // The server speaks only after our TLS hello: whatever came along is the proxy's, and not what we asked for.
  if (!connection.input().empty()) co_return fail(Code::kUnavailable, "sent more than an answer");
  co_return connection.release_stream();
}

Task<Result<StreamHandle>> tunnel_through(
    EventLoop& loop, std::shared_ptr<const Endpoint> endpoint, StreamHandle proxy
) {
  auto asked = with_timeout(
      loop, kTunnelTimeout, ask_for_tunnel(loop, std::move(proxy), connect_bytes(*endpoint, *endpoint->proxy))
  );
  auto tunnel = co_await std::move(asked).as_result();
  if (!tunnel) {
    co_return fail(
        Code::kUnavailable,
        fmt::format(
            "proxy {} gave no tunnel to {}: {}", authority(endpoint->proxy->host, endpoint->proxy->port),
            authority(endpoint->host, endpoint->port),
            tunnel.error().is(Code::kTimeout) ? "it did not answer" : tunnel.error().message
        )
    );
  }
  co_return std::move(tunnel);
}

Task<Result<StreamHandle>> dial_proxy(
    EventLoop& loop, std::shared_ptr<const Endpoint> endpoint, std::shared_ptr<TlsContext> context, bool tunnel
) {
  const Proxy& proxy = *endpoint->proxy;
  StreamHandle stream = co_await connect_tcp(loop, proxy.host, proxy.port, kConnectTimeout);
  if (proxy.scheme == "https") stream = co_await start_tls(loop, std::move(context), std::move(stream), proxy.host);
  if (endpoint->scheme == "http" && !tunnel) co_return std::move(stream);
  co_return co_await tunnel_through(loop, endpoint, std::move(stream)).as_result();
}

}  // namespace

Task<Result<StreamHandle>> dial(
    EventLoop& loop, std::shared_ptr<const Endpoint> endpoint, std::shared_ptr<TlsContext> context, bool tunnel
) {
  StreamHandle stream;
  if (endpoint->proxy) {
    stream = co_await dial_proxy(loop, endpoint, context, tunnel);
  } else {
    stream = co_await connect_tcp(loop, endpoint->host, endpoint->port, kConnectTimeout);
  }
  if (endpoint->scheme == "http") co_return std::move(stream);
  const std::string& name = endpoint->tls.server_name.empty() ? endpoint->host : endpoint->tls.server_name;
  co_return co_await start_tls(loop, std::move(context), std::move(stream), name).as_result();
}

}  // namespace snapstash::wire
