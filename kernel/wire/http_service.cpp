#include "kernel/wire/http_service.hpp"

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

Task<void> HttpService::accept_all(std::unique_ptr<Listener> listener) {
  for (;;) {
    auto accepted = co_await listener->accept().as_result();
    if (!accepted) {
      co_await sleep_for(executor_, kAcceptPause);
      continue;
    }
    while (clients_.size() >= HttpServer::kMaxConnections) {
      close_longest_waiting();
      left_.reset();
      co_await left_.wait();
    }
    clients_.emplace_back(Connection(executor_, *std::move(accepted)));
    tasks_.spawn(serve(std::prev(clients_.end())));
  }
}

void HttpService::close_longest_waiting() {
  const auto found = std::ranges::find(clients_, true, &Client::waiting);
  if (found != clients_.end()) found->connection.close();
}

Task<void> HttpService::serve(std::list<Client>::iterator client) {
  for (;;) {
    const auto more = co_await serve_one(*client).as_result();
    if (!more || !*more) break;
    clients_.splice(clients_.end(), clients_, client);
  }
  clients_.erase(client);
  left_.set();
}

/// Returns whether another request may follow.
Task<Result<bool>> HttpService::serve_one(Client& client) {
  client.waiting = true;
  if (!co_await with_timeout(executor_, kIdleTimeout, wait_for_bytes(client.connection))) co_return false;
  auto head = co_await with_timeout(executor_, kHeadTimeout, read_head(client.connection)).as_result();
  client.waiting = false;
  std::string bytes;
  bool keep_alive = false;
  if (head) {
    const ServerResponse response = answer(handler_, *head);
    keep_alive = head->keep_alive() && !head->has_body();
    bytes = response_bytes(response, keep_alive);
  } else if (head.error().is(Code::kMalformed)) {
    bytes = response_bytes(refusal(400), false);
  } else {
    co_return false;
  }
  const bool written = co_await with_timeout(executor_, kWriteTimeout, write_all(client.connection, std::move(bytes)));
  co_return written&& keep_alive;
}

}  // namespace snapstash::wire
