#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/task.hpp"
#include "kernel/base/time.hpp"

/// The one way out of the program. Everything above speaks to this port; `http_transport.hpp` is the network behind it,
/// the simulator's API server is the other implementation.
namespace snapstash::wire {

/// In the order received. Names are compared without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> list) : list_(list) {}
  void add(std::string name, std::string value) { list_.emplace_back(std::move(name), std::move(value)); }
  /// Returns the first value of that name.
  std::optional<std::string_view> find(std::string_view name) const {
    const auto same = [](char a, char b) { return lower(a) == lower(b); };
    for (const auto& [key, value] : list_) {
      if (std::ranges::equal(key, name, same)) return value;
    }
    return std::nullopt;
  }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
  std::vector<std::pair<std::string, std::string>> list_;
};

/// A request as a value. `target` is path and query below the server's base URL, already percent-encoded.
struct Request {
  std::string method = "GET";
  std::string target = "/";
  Headers headers;
  std::string body;
  /// From the call to the last byte of the answer (for `open` and `upgrade`: to the end of the answer's headers).
  /// Duration::max() = no limit.
  Duration timeout = std::chrono::seconds(30);
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

/// The body of an answer that arrives bit by bit. Destroying it closes its connection.
class Stream {
 public:
  virtual ~Stream() = default;
  /// One at a time. A read that was destroyed before its end loses nothing: the next one has it.
  /// Returns the next bytes as soon as there are any; "" at the orderly end of the body.
  /// Errors: kUnknownOutcome when the connection broke; kMalformed when the peer broke the protocol.
  virtual Task<Result<std::string>> read() = 0;
};

struct StreamResponse {
  int status = 0;
  Headers headers;
  std::unique_ptr<Stream> body;
};

/// An upgraded connection. Destroying it closes it. Pings are answered and sent below this interface; the first only
/// while somebody receives. At most one `send` and one `receive` at a time; a `receive` that was destroyed before its
/// end loses nothing, a `send` that was destroyed closes the connection. Errors: kUnknownOutcome when the connection
/// broke, the peer fell silent or closed with another code than normal; kMalformed when it broke the protocol. After an
/// error there are only errors.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// The subprotocol that the server chose.
  virtual std::string_view protocol() const = 0;
  virtual Task<Result<void>> send(std::string message) = 0;
  /// Returns the next whole binary message, or nothing once the peer has closed in order.
  virtual Task<Result<std::optional<std::string>>> receive() = 0;
};

/// Carries requests to one server. One call each; nothing is retried here except on a kept-alive connection that turned
/// out dead: once, if nothing was written to it, or if the method only reads and no byte of an answer had come.
///
/// Errors of all calls: kUnavailable when nothing of the request was sent (no connection, TLS refused, deadline passed
/// before); kUnknownOutcome when it was sent and no complete answer came; kMalformed when the answer was not HTTP;
/// kUnauthorized when the server's TLS does not accept our certificate; kInvalid when the request cannot be sent as it
/// is. An HTTP error status is a Response, not an Error. Destroying a returned Task abandons its call and closes its
/// connection.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Task<Result<Response>> call(Request request) = 0;
  /// For watches and logs: a connection of its own, whose body has no deadline.
  virtual Task<Result<StreamResponse>> open(Request request) = 0;
  /// Opens a WebSocket with one of `protocols` (first = preferred). A refusal is an error that carries `http_status`
  /// and the body's text as message; its code is kUnavailable, whatever the status: nothing was started.
  virtual Task<Result<std::unique_ptr<WebSocket>>> upgrade(Request request, std::vector<std::string> protocols) = 0;
};

}  // namespace snapstash::wire
