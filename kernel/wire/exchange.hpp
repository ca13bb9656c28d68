#pragma once
#include <memory>
#include <string>

#include "kernel/wire/connection.hpp"
#include "kernel/wire/message_parser.hpp"

/// Internal to this module.
namespace snapstash::wire {

/// How far a request got, for whoever has to say what became of it when its time is up.
struct Progress {
  bool sent = false;  ///< The server may have read some of it.
};

/// One request and its answer on one connection. Its tasks refer to it and end before it does.
class Exchange {
 public:
  Exchange(Connection connection, ResponseParser::To to) : connection_(std::move(connection)), parser_(to) {}

  /// Sends, and reads until the answer's head is there.
  /// Errors: kUnavailable when not a byte was written, kUnauthorized when TLS refuses our certificate, kUnknownOutcome,
  /// kMalformed.
  Task<Result<void>> send(std::string bytes, std::shared_ptr<Progress> progress);
  /// Status and headers. REQUIRES: `send` has ended well.
  Response head() const { return parser_.head(); }
  /// Returns the body's next bytes as soon as there are any, "" at its end. Errors: kUnknownOutcome, kMalformed.
  Task<Result<std::string>> read();
  /// Returns the rest of the body.
  Task<Result<std::string>> read_all();

  /// Whether nothing was written, or no byte came back before the connection broke.
  bool nothing_written() const { return nothing_written_; }
  bool unanswered() const { return broken_ && !answered_; }

  /// Whether the connection may carry another request. REQUIRES: the body was read to its end.
  bool reusable() { return !broken_ && parser_.done() && parser_.keep_alive() && connection_.input().empty(); }
  Connection take_connection() { return std::move(connection_); }
  void close() noexcept { connection_.close(); }

 private:
  Task<Result<void>> advance();
  Task<Error> why_closed(IoResult written);

  Connection connection_;
  ResponseParser parser_;
  bool nothing_written_ = false;
  bool answered_ = false;
  bool broken_ = false;  ///< The connection has ended, in whatever way.
};

}  // namespace snapstash::wire
