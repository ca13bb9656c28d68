#pragma once
/// Internal, and heavy: only the .cpp files that need Asio include this.
#include <map>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "kernel/wire/byte_stream.hpp"
#include "kernel/wire/event_loop.hpp"

namespace snapstash::wire {

namespace asio = boost::asio;

struct EventLoop::Core {
  struct Signal {
    Signal(asio::io_context& io, int number) : set(io, number) {}
    asio::signal_set set;
    std::function<void()> callback;
  };
  asio::io_context io{1};
  /// Without it the context would end itself whenever nothing is under way.
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  asio::steady_timer timer{io};
  std::optional<MonoTime> armed;
  std::map<int, Signal> signals;
};

/// A ByteStream as Asio's AsyncReadStream and AsyncWriteStream, for TLS and WebSocket to stand on.
class AsioStream {
 public:
  using executor_type = asio::io_context::executor_type;
  using lowest_layer_type = AsioStream;

  AsioStream(EventLoop& loop, std::shared_ptr<ByteStream> below) : io_(loop.core().io), below_(std::move(below)) {}

  executor_type get_executor() noexcept { return io_.get_executor(); }
  lowest_layer_type& lowest_layer() { return *this; }
  ByteStream& below() { return *below_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, asio::mutable_buffer buffer) {
          below_->read_some({static_cast<char*>(buffer.data()), buffer.size()}, std::move(handler));
        },
        token, first<asio::mutable_buffer>(buffers)
    );
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, asio::const_buffer buffer) {
          below_->write_some({static_cast<const char*>(buffer.data()), buffer.size()}, std::move(handler));
        },
        token, first<asio::const_buffer>(buffers)
    );
  }

 private:
  template <class Buffer, class Buffers>
  static Buffer first(const Buffers& buffers) {
    const auto end = asio::buffer_sequence_end(buffers);
    for (auto it = asio::buffer_sequence_begin(buffers); it != end; ++it) {
      if (const Buffer buffer(*it); buffer.size() > 0) return buffer;
    }
    return {};
  }

  asio::io_context& io_;
  std::shared_ptr<ByteStream> below_;
};

}  // namespace snapstash::wire
