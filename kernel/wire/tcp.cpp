#include "kernel/wire/tcp.hpp"

#include <charconv>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <vector>

#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

#include "kernel/base/completion.hpp"
#include "kernel/base/race.hpp"
#include "kernel/wire/asio.hpp"

namespace snapstash::wire {
namespace {

using asio::ip::tcp;

class TcpStream final : public ByteStream {
 public:
  explicit TcpStream(tcp::socket socket) : socket_(std::move(socket)) {}
  tcp::socket& socket() { return socket_; }

  void read_some(std::span<char> space, IoHandler handler) override {
    socket_.async_read_some(asio::buffer(space.data(), space.size()), std::move(handler));
  }
  void write_some(std::span<const char> bytes, IoHandler handler) override {
    socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()), std::move(handler));
  }
  void close() noexcept override {
    ErrorCode ignored;
    socket_.close(ignored);
  }

 private:
  tcp::socket socket_;
};

void set_option(tcp::socket& socket, int level, int name, int value) {
  // Best effort: a kernel without an option only notices a dead peer later.
  ::setsockopt(socket.native_handle(), level, name, &value, sizeof value);
}

/// Silence of the peer is noticed after 60 s: by probes when nothing is under way, else by unacknowledged data.
void tune(tcp::socket& socket) {
  ErrorCode ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

Task<Result<StreamHandle>> connect_one(EventLoop& loop, tcp::endpoint endpoint) {
  const auto stream = std::make_shared<TcpStream>(tcp::socket(loop.core().io));
  StreamHandle handle(stream);
  const Completion<ErrorCode> done(loop);
  stream->socket().async_connect(endpoint, [stream, done](ErrorCode error) { done.set(error); });
  const ErrorCode error = co_await done.wait();
  if (error) co_return fail(Code::kUnavailable, error.message());
  tune(stream->socket());
  co_return std::move(handle);
}

/// Owns a resolver; cancels its query when destroyed.
struct Query {
  explicit Query(EventLoop& loop) : resolver(std::make_shared<tcp::resolver>(loop.core().io)) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() { resolver->cancel(); }
  std::shared_ptr<tcp::resolver> resolver;
};

Task<Result<std::vector<tcp::endpoint>>> resolve(EventLoop& loop, std::string host, std::uint16_t port) {
  ErrorCode not_literal;
  const auto address = asio::ip::make_address(host, not_literal);
  if (!not_literal) co_return std::vector{tcp::endpoint(address, port)};

  using Answer = std::pair<ErrorCode, std::vector<tcp::endpoint>>;
  const Query query(loop);
  const Completion<Answer> done(loop);
  query.resolver->async_resolve(
      host, std::to_string(port), tcp::resolver::numeric_service,
      [resolver = query.resolver, done](ErrorCode error, const tcp::resolver::results_type& results) {
        Answer answer(error, {});
        for (const auto& entry : results) answer.second.push_back(entry.endpoint());
        done.set(std::move(answer));
      }
  );
  auto [error, endpoints] = co_await done.wait();
  if (error) co_return fail(Code::kUnavailable, fmt::format("cannot look up {}: {}", host, error.message()));
  if (endpoints.empty()) co_return fail(Code::kUnavailable, fmt::format("{} has no address", host));
  co_return std::move(endpoints);
}

std::string text_of(const tcp::endpoint& endpoint) {
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", endpoint.address().to_string(), endpoint.port())
                                    : fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

Task<Result<StreamHandle>> connect_any(EventLoop& loop, std::string host, std::uint16_t port, MonoTime deadline) {
  const auto endpoints = co_await resolve(loop, std::move(host), port);
  std::string why;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto share = (deadline - loop.now()) / static_cast<std::int64_t>(endpoints.size() - i);
    auto connected = co_await with_timeout(loop, share, connect_one(loop, endpoints[i])).as_result();
    if (connected) co_return std::move(connected);
    if (!why.empty()) why += "; ";
    const bool late = connected.error().is(Code::kTimeout);
    why += fmt::format("{}: {}", text_of(endpoints[i]), late ? "no answer" : connected.error().message);
  }
  co_return fail(Code::kUnavailable, fmt::format("cannot connect to {}", why));
}

class TcpListener final : public Listener {
 public:
  TcpListener(EventLoop& loop, tcp::acceptor acceptor)
      : loop_(loop), acceptor_(std::make_shared<tcp::acceptor>(std::move(acceptor))) {}
  ~TcpListener() override {
    ErrorCode ignored;
    acceptor_->close(ignored);
  }

  std::uint16_t port() const override {
    ErrorCode ignored;
    return acceptor_->local_endpoint(ignored).port();
  }

  Task<Result<StreamHandle>> accept() override { return accept_one(loop_, acceptor_); }

 private:
  static Task<Result<StreamHandle>> accept_one(EventLoop& loop, std::shared_ptr<tcp::acceptor> acceptor) {
    const auto stream = std::make_shared<TcpStream>(tcp::socket(loop.core().io));
    StreamHandle handle(stream);
    const Completion<ErrorCode> done(loop);
    acceptor->async_accept(stream->socket(), [acceptor, stream, done](ErrorCode error) { done.set(error); });
    const ErrorCode error = co_await done.wait();
    if (error) co_return fail(Code::kUnavailable, fmt::format("cannot accept a connection: {}", error.message()));
    tune(stream->socket());
    co_return std::move(handle);
  }

  EventLoop& loop_;
  std::shared_ptr<tcp::acceptor> acceptor_;
};

Result<tcp::acceptor> open_acceptor(EventLoop& loop, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(loop.core().io);
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return fail(Code::kUnavailable, fmt::format("cannot listen on {}: {}", text_of(endpoint), error.message()));
  return acceptor;
}

}  // namespace

bool is_ip_literal(const std::string& host) {
  ErrorCode error;
  asio::ip::make_address(host, error);
  return !error;
}

Task<Result<StreamHandle>> connect_tcp(EventLoop& loop, std::string host, std::uint16_t port, Duration timeout) {
  const auto deadline = loop.now() + timeout;
  const std::string name = host;
  auto connected = co_await with_timeout(loop, timeout, connect_any(loop, std::move(host), port, deadline)).as_result();
  if (!connected && connected.error().is(Code::kTimeout)) {
    co_return fail(
        Code::kUnavailable, fmt::format("cannot connect to {}:{} within {}", name, port, format_duration(timeout))
    );
  }
  co_return std::move(connected);
}

Result<std::unique_ptr<Listener>> listen_tcp(EventLoop& loop, const std::string& address) {
  const auto colon = address.rfind(':');
  const auto invalid = [&] {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not an address such as :8080", address));
  };
  if (colon == std::string::npos) return invalid();
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return invalid();
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);

  auto acceptor = [&]() -> Result<tcp::acceptor> {
    if (!host.empty()) {
      ErrorCode error;
      const auto ip = asio::ip::make_address(host, error);
      if (error) return invalid();
      return open_acceptor(loop, {ip, port});
    }
    auto both = open_acceptor(loop, {asio::ip::address_v6::any(), port});
    return both ? std::move(both) : open_acceptor(loop, {asio::ip::address_v4::any(), port});
  }();
  if (!acceptor) return fail(std::move(acceptor).error());
  return std::make_unique<TcpListener>(loop, *std::move(acceptor));
}

}  // namespace snapstash::wire
