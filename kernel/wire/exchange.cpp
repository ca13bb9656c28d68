#include "kernel/wire/exchange.hpp"

#include <fmt/format.h>

namespace snapstash::wire {
namespace {

Error refused(const IoResult& result) {
  return {Code::kUnauthorized, "the server does not accept our certificate: " + result.message};
}

}  // namespace

Task<Result<void>> Exchange::send(std::string bytes, std::shared_ptr<Progress> progress) {
  progress->sent = true;
  const IoResult written = co_await connection_.write(std::move(bytes));
  if (written.end != IoEnd::kOk) {
    broken_ = true;
    nothing_written_ = written.count == 0;
    if (nothing_written_) {
      progress->sent = false;
      co_return fail(co_await why_closed(written));
    }
    // A server may answer and close before it has read all (413, 429): its answer counts, if there is one.
  }
  while (!parser_.has_head()) co_await advance();
  if (parser_.head().status == 101) co_return fail(Code::kMalformed, "the server switched protocols unasked");
  co_return {};
}

/// What the peer said before it closed on us: TLS 1.3 refuses certificates when the handshake is already over.
Task<Error> Exchange::why_closed(IoResult written) {
  const IoResult read = written.end == IoEnd::kRefused ? written : co_await connection_.fill();
  if (read.end == IoEnd::kRefused) co_return refused(read);
  co_return Error(Code::kUnavailable, fmt::format("the connection broke before the request: {}", written.message));
}

Task<Result<void>> Exchange::advance() {
  const IoResult read = co_await connection_.fill();
  answered_ = answered_ || read.count > 0;
  if (auto fed = parser_.feed(connection_.input()); !fed) co_return std::move(fed);
  if (read.end == IoEnd::kOk) co_return {};
  broken_ = true;
  // The end of the connection is the end of the message only if it is an orderly one: otherwise a part looks like all.
  if (read.end == IoEnd::kEof && parser_.end_of_input()) co_return {};
  if (parser_.done()) co_return {};
  if (read.end == IoEnd::kRefused && !answered_) co_return fail(refused(read));
  co_return fail(
      Code::kUnknownOutcome,
      fmt::format("the connection ended {} the answer: {}", answered_ ? "in the middle of" : "before", read.message)
  );
}

Task<Result<std::string>> Exchange::read() {
  std::string body = parser_.take_body();
  while (body.empty() && !parser_.done()) {
    co_await advance();
    body = parser_.take_body();
  }
  co_return std::move(body);
}

Task<Result<std::string>> Exchange::read_all() {
  while (!parser_.done()) co_await advance();
  co_return parser_.take_body();
}

}  // namespace snapstash::wire
