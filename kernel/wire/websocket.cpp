#include "kernel/wire/websocket.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <fmt/format.h>

#include "kernel/base/completion.hpp"
#include "kernel/base/race.hpp"
#include "kernel/wire/asio.hpp"

namespace snapstash::wire {

namespace beast = boost::beast;
namespace ws = boost::beast::websocket;

/// How Beast ends the connection below a WebSocket: at once, without waiting for the peer.
inline void beast_close_socket(AsioStream& stream) { stream.below().close(); }
inline void teardown(beast::role_type, AsioStream& stream, ErrorCode& error) {
  stream.below().close();
  error = {};
}
template <class Handler>
void async_teardown(beast::role_type, AsioStream& stream, Handler&& handler) {
  stream.below().close();
  asio::post(stream.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), ErrorCode()));
}

namespace {

constexpr std::size_t kMaxMessage = 4'194'304;
constexpr std::size_t kMaxRefusal = 65'536;

/// Lives until the last handler has been called.
struct Socket {
  Socket(EventLoop& loop, std::shared_ptr<ByteStream> stream, Patience patience)
      : loop(loop), patience(patience), ws(AsioStream(loop, std::move(stream))) {}
  void close() noexcept { ws.next_layer().below().close(); }

  EventLoop& loop;
  Patience patience;
  ws::stream<AsioStream, false> ws;
  ws::response_type response;
  std::string protocol;
  beast::flat_buffer incoming;
  std::string outgoing;
  std::optional<Completion<ErrorCode>> read;  ///< Set while a read is outstanding, or its result was not fetched.
  std::optional<Result<void>> ended;          ///< How receiving ended for good.
  MonoTime heard;                             ///< When the peer last said anything, or we began to listen.
  bool pinging = false;
};

/// Closes unless told that all is well: a frame that was half written must not be followed by another.
class CloseUnless {
 public:
  explicit CloseUnless(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) {}
  CloseUnless(const CloseUnless&) = delete;
  CloseUnless& operator=(const CloseUnless&) = delete;
  ~CloseUnless() {
    if (socket_) socket_->close();
  }
  void well() { socket_.reset(); }

 private:
  std::shared_ptr<Socket> socket_;
};

Task<Result<void>> send_message(std::shared_ptr<Socket> socket, std::string message) {
  CloseUnless guard(socket);
  socket->outgoing = std::move(message);
  const Completion<IoResult> done(socket->loop);
  socket->ws.async_write(asio::buffer(socket->outgoing), [socket, done](ErrorCode error, std::size_t count) {
    done.set(io_result(error, count));
  });
  const IoResult result = co_await done.wait();
  if (result.end != IoEnd::kOk) co_return fail(Code::kUnknownOutcome, "the WebSocket broke: " + result.message);
  guard.well();
  co_return {};
}

Task<Result<void>> send_in_time(std::shared_ptr<Socket> socket, std::string message) {
  auto sent = co_await with_timeout(socket->loop, socket->patience.writing, send_message(socket, std::move(message)))
                  .as_result();
  if (!sent && sent.error().is(Code::kTimeout)) {
    co_return fail(
        Code::kUnknownOutcome, fmt::format("the peer took no message for {}", format_duration(socket->patience.writing))
    );
  }
  co_return std::move(sent);
}

void start_read(const std::shared_ptr<Socket>& socket) {
  const Completion<ErrorCode> done(socket->loop);
  socket->read = done;
  socket->heard = socket->loop.now();
  socket->ws.async_read(socket->incoming, [socket, done](ErrorCode error, std::size_t) {
    socket->heard = socket->loop.now();
    done.set(error);
  });
}

/// Sorts the error that ends receiving: no error when the peer closed in order.
Result<void> end_of(Socket& socket, const ErrorCode& error) {
  if (error == ws::error::closed) {
    const ws::close_reason& reason = socket.ws.reason();
    if (reason.code == ws::close_code::normal || reason.code == ws::close_code::none) return {};
    return fail(
        Code::kUnknownOutcome, fmt::format(
                                   "the peer closed the WebSocket with code {}: {}", reason.code,
                                   std::string_view(reason.reason.data(), reason.reason.size())
                               )
    );
  }
  const bool protocol = error.category() == make_error_code(ws::error::closed).category();
  return fail(protocol ? Code::kMalformed : Code::kUnknownOutcome, "the WebSocket broke: " + error.message());
}

using Received = std::optional<std::string>;

Task<Result<Received>> receive_message(std::shared_ptr<Socket> socket) {
  if (!socket->ended) {
    if (!socket->read) start_read(socket);
    const Completion<ErrorCode> done = *socket->read;
    const ErrorCode error = co_await done.wait();
    socket->read.reset();
    if (error) {
      socket->ended = end_of(*socket, error);
    } else if (!socket->ws.got_binary()) {
      socket->ended = fail(Code::kMalformed, "a text message where only binary ones are agreed");
    }
  }
  if (socket->ended) {
    if (!*socket->ended) co_return fail(socket->ended->error());
    co_return Received();
  }
  std::string message = beast::buffers_to_string(socket->incoming.data());
  socket->incoming.clear();
  co_return Received(std::move(message));
}

class Client final : public WebSocket {
 public:
  explicit Client(std::shared_ptr<Socket> socket) : socket_(std::move(socket)) { ping_later(); }
  ~Client() override { socket_->close(); }

  std::string_view protocol() const override { return socket_->protocol; }
  Task<Result<void>> send(std::string message) override { return send_in_time(socket_, std::move(message)); }
  Task<Result<Received>> receive() override { return receive_message(socket_); }

 private:
  void ping_later() {
    next_ping_ = socket_->loop.after(socket_->patience.ping_every, [this] { ping(); });
  }

  void ping() {
    const bool listening = socket_->read && !socket_->read->is_set();
    if (listening && socket_->loop.now() - socket_->heard > socket_->patience.silence) {
      socket_->close();
      return;
    }
    if (!std::exchange(socket_->pinging, true)) {
      socket_->ws.async_ping({}, [socket = socket_](ErrorCode) { socket->pinging = false; });
    }
    ping_later();
  }

  std::shared_ptr<Socket> socket_;
  Executor::Ticket next_ping_;
};

std::string joined(const std::vector<std::string>& protocols) { return fmt::format("{}", fmt::join(protocols, ", ")); }

Error refusal(const ws::response_type& response) {
  Error error(Code::kUnavailable, response.body().substr(0, kMaxRefusal));
  error.http_status = static_cast<int>(response.result_int());
  const auto wait = response[beast::http::field::retry_after];
  int seconds = 0;
  const auto parsed = std::from_chars(wait.data(), wait.data() + wait.size(), seconds);
  if (parsed.ec == std::errc() && seconds >= 0) error.retry_after = std::chrono::seconds(seconds);
  if (error.message.empty())
    error.message = fmt::format("the server refused the WebSocket with HTTP {}", error.http_status);
  return error;
}

Error no_answer(const ErrorCode& error) {
  const IoResult io = io_result(error, 0);
  if (io.end == IoEnd::kRefused)
    return {Code::kUnauthorized, "the server does not accept our certificate: " + io.message};
  const bool protocol = error.category() == make_error_code(ws::error::closed).category() ||
                        error.category() == make_error_code(beast::http::error::bad_version).category();
  return {
      protocol && error != beast::http::error::end_of_stream ? Code::kMalformed : Code::kUnknownOutcome,
      "the WebSocket could not be opened: " + io.message
  };
}

}  // namespace

Task<Result<std::unique_ptr<WebSocket>>> open_websocket(
    EventLoop& loop, StreamHandle stream, Opening opening, Patience patience
) {
  const auto socket = std::make_shared<Socket>(loop, stream.release(), patience);
  CloseUnless guard(socket);
  socket->ws.binary(true);
  socket->ws.auto_fragment(false);
  socket->ws.read_message_max(kMaxMessage);
  socket->ws.control_callback([raw = socket.get()](ws::frame_type, beast::string_view) { raw->heard = raw->loop.now(); }
  );
  socket->ws.set_option(ws::stream_base::decorator([&opening](ws::request_type& request) {
    for (const auto& [name, value] : opening.headers) request.set(name, value);
    request.set(beast::http::field::sec_websocket_protocol, joined(opening.protocols));
  }));

  const Completion<ErrorCode> done(loop);
  socket->ws.async_handshake(socket->response, opening.host, opening.target, [socket, done](ErrorCode error) {
    done.set(error);
  });
  const ErrorCode error = co_await done.wait();
  if (error == ws::error::upgrade_declined) co_return fail(refusal(socket->response));
  if (error) co_return fail(no_answer(error));

  const auto chosen = socket->response[beast::http::field::sec_websocket_protocol];
  socket->protocol.assign(chosen.data(), chosen.size());
  if (!opening.protocols.empty() && std::ranges::find(opening.protocols, socket->protocol) == opening.protocols.end()) {
    co_return fail(
        Code::kMalformed,
        fmt::format("the server chose WebSocket protocol \"{}\", which was not offered", socket->protocol)
    );
  }
  guard.well();
  co_return std::make_unique<Client>(socket);
}

}  // namespace snapstash::wire
