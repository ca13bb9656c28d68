#pragma once
#include <memory>
#include <string>

#include "kernel/wire/transport.hpp"

/// Internal to this module: HTTP/1.1 messages out of bytes, without any I/O. Beast's parsers do the work.
namespace snapstash::wire {

/// One response, fed as its bytes arrive, in pieces of any size.
class ResponseParser {
 public:
  /// What is answered decides whether a body follows.
  enum class To { kRequest, kHead, kConnect };
  static constexpr std::size_t kHeadLimit = 65'536;

  explicit ResponseParser(To to);
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;
  ~ResponseParser();

  /// Takes what it can use from the front of `input`; interim answers (1xx, but not 101) are passed over.
  /// Errors: kMalformed when this is not HTTP, or the head is larger than kHeadLimit.
  Result<void> feed(std::string& input);
  /// The peer has ended in order: returns whether the message is complete, which is so when it said nothing of its
  /// length.
  bool end_of_input();

  bool has_head() const;
  bool done() const;
  /// Status and headers; `body` stays empty. REQUIRES: has_head().
  Response head() const;
  /// Takes the body's bytes parsed since the last call.
  std::string take_body();
  /// Whether another request may follow on this connection. REQUIRES: done().
  bool keep_alive() const;

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

/// One request of a client, without a body.
class RequestParser {
 public:
  static constexpr std::size_t kHeadLimit = 16'384;

  RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  ~RequestParser();

  /// As ResponseParser::feed. Done with the end of the head; a body is not read.
  Result<void> feed(std::string& input);
  bool done() const;
  std::string method() const;
  std::string target() const;
  /// Whether a body follows, which nobody here reads.
  bool has_body() const;
  bool keep_alive() const;

 private:
  struct Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace snapstash::wire
