#include "kernel/wire/http_server.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/wire/connection.hpp"
#include "kernel/wire/message_parser.hpp"
#include "kernel/wire/tcp.hpp"

namespace snapstash::wire {

namespace {

constexpr Duration kHeadTimeout = std::chrono::seconds(5);
constexpr Duration kWriteTimeout = std::chrono::seconds(10);
constexpr Duration kIdleTimeout = std::chrono::seconds(75);
/// After a failed accept (out of file descriptors): trying again at once would not help.
constexpr Duration kAcceptPause = std::chrono::seconds(1);

/// One connection as the list of all sees it.
struct Client {
  explicit Client(Connection connection) : connection(std::move(connection)) {}
  Connection connection;
  bool waiting = true;  ///< For its client to say something.
};

std::string_view phrase_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

std::string response_bytes(const ServerResponse& response, bool keep_alive) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nX-Content-Type-Options: nosniff\r\n{}{}\r\n{}",
      response.status, phrase_of(response.status), response.content_type, response.body.size(),
      response.status == 405 ? "Allow: GET\r\n" : "", keep_alive ? "" : "Connection: close\r\n", response.body
  );
}

ServerResponse refusal(int status) { return {.status = status, .body = fmt::format("{}\n", phrase_of(status))}; }

ServerResponse answer(const HttpServer::Handler& handler, const RequestParser& parser) {
  if (parser.method() != "GET") return refusal(405);
  if (parser.has_body()) return refusal(400);
  const std::string target = parser.target();
  const auto mark = std::min(target.find('?'), target.size());
  try {
    return handler({target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))});
  } catch (const std::exception&) {
    return refusal(500);
  }
}

/// Returns whether something came, and the connection is still good.
Task<Result<bool>> wait_for_bytes(Connection& connection) {
  if (!connection.input().empty()) co_return true;
  const IoResult read = co_await connection.fill();
  co_return read.end == IoEnd::kOk;
}

/// Errors: kMalformed for what is not HTTP, kUnavailable when the client has gone.
Task<Result<RequestParser>> read_head(Connection& connection) {
  RequestParser parser;
  for (;;) {
    co_await parser.feed(connection.input());
    if (parser.done()) co_return std::move(parser);
    const IoResult read = co_await connection.fill();
    if (read.end != IoEnd::kOk) co_return fail(Code::kUnavailable, read.message);
  }
}

Task<Result<bool>> write_all(Connection& connection, std::string bytes) {
  const IoResult written = co_await connection.write(std::move(bytes));
  co_return written.end == IoEnd::kOk;
}

}  // namespace

struct HttpServer::Core {
  Core(EventLoop& loop, Handler handler) : loop(loop), handler(std::move(handler)), left(loop), tasks(loop) {}

  Task<void> accept_all(std::unique_ptr<Listener> listener);
  Task<void> serve(std::list<Client>::iterator client);
  Task<Result<bool>> serve_one(Client& client);
  void close_longest_waiting();

  EventLoop& loop;
  Handler handler;
  std::uint16_t port = 0;
  std::list<Client> clients;  ///< Whoever waits longest comes first.
  Event left;                 ///< Set when a client goes.
  TaskGroup tasks;
};

Task<void> HttpServer::Core::accept_all(std::unique_ptr<Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept().as_result();
    if (!accepted) {
      co_await sleep_for(loop, kAcceptPause);
      continue;
    }
    while (clients.size() >= kMaxConnections) {
      close_longest_waiting();
      left.reset();
      co_await left.wait();
    }
    clients.emplace_back(Connection(loop, *std::move(accepted)));
    tasks.spawn(serve(std::prev(clients.end())));
  }
}

void HttpServer::Core::close_longest_waiting() {
  const auto found = std::ranges::find(clients, true, &Client::waiting);
  if (found != clients.end()) found->connection.close();
}

Task<void> HttpServer::Core::serve(std::list<Client>::iterator client) {
  for (;;) {
    const auto more = co_await serve_one(*client).as_result();
    if (!more || !*more) break;
    clients.splice(clients.end(), clients, client);
  }
  clients.erase(client);
  left.set();
}

/// Returns whether another request may follow.
Task<Result<bool>> HttpServer::Core::serve_one(Client& client) {
  client.waiting = true;
  if (!co_await with_timeout(loop, kIdleTimeout, wait_for_bytes(client.connection))) co_return false;
  auto head = co_await with_timeout(loop, kHeadTimeout, read_head(client.connection)).as_result();
  client.waiting = false;
  std::string bytes;
  bool keep_alive = false;
  if (head) {
    const ServerResponse response = answer(handler, *head);
    keep_alive = head->keep_alive() && !head->has_body();
    bytes = response_bytes(response, keep_alive);
  } else if (head.error().is(Code::kMalformed)) {
    bytes = response_bytes(refusal(400), false);
  } else {
    co_return false;
  }
  const bool written = co_await with_timeout(loop, kWriteTimeout, write_all(client.connection, std::move(bytes)));
  co_return written&& keep_alive;
}

HttpServer::HttpServer(EventLoop& loop, Handler handler) : core_(std::make_unique<Core>(loop, std::move(handler))) {}
HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(const std::string& address) {
  auto listener = listen_tcp(core_->loop, address);
  if (!listener) return fail(std::move(listener).error());
  core_->port = (*listener)->port();
  core_->tasks.spawn(core_->accept_all(*std::move(listener)));
  return {};
}

std::uint16_t HttpServer::port() const { return core_->port; }

}  // namespace snapstash::wire
