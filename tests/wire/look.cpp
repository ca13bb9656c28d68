#include "tests/wire/look.hpp"

namespace snapstash::wire {
namespace {

Request a_request() {
  Request request;
  request.target = "/x";
  request.timeout = std::chrono::seconds(20);
  return request;
}

Task<Seen> take_whole(Transport& transport) {
  Seen seen;
  auto answer = co_await transport.call(a_request()).as_result();
  if (!answer) {
    seen.error = std::move(answer).error();
    co_return seen;
  }
  seen.status = answer->status;
  seen.headers = std::move(answer->headers);
  seen.body = std::move(answer->body);
  co_return seen;
}

Task<Seen> take_stream(Transport& transport) {
  Seen seen;
  auto answer = co_await transport.open(a_request()).as_result();
  if (!answer) {
    seen.error = std::move(answer).error();
    co_return seen;
  }
  seen.status = answer->status;
  seen.headers = std::move(answer->headers);
  for (;;) {
    auto bytes = co_await answer->body->read().as_result();
    if (!bytes) seen.error = bytes.error();
    if (!bytes || bytes->empty()) co_return seen;
    seen.body += *bytes;
  }
}

Task<Seen> take_messages(Transport& transport) {
  Seen seen;
  auto socket = co_await transport.upgrade(a_request(), {"v5.channel.k8s.io"}).as_result();
  if (!socket) {
    seen.error = std::move(socket).error();
    co_return seen;
  }
  seen.status = 101;
  for (;;) {
    auto message = co_await (*socket)->receive().as_result();
    if (!message) seen.error = message.error();
    if (!message || !*message) co_return seen;
    seen.body += **message + "\n";
  }
}

}  // namespace

Task<Seen> look(Transport& transport, Way way) {
  switch (way) {
    case Way::kCall: return take_whole(transport);
    case Way::kStream: return take_stream(transport);
    case Way::kSocket: return take_messages(transport);
  }
  std::unreachable();
}

}  // namespace snapstash::wire
