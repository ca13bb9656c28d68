#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <boost/system/error_code.hpp>

/// Internal to this module: what all connections are made of. Free of Asio, so that only the ends include it.
namespace snapstash::wire {

using ErrorCode = boost::system::error_code;

/// Called once from the loop, with what was transferred before the error, if any.
using IoHandler = std::move_only_function<void(ErrorCode, std::size_t)>;

/// Two-way bytes: a TCP connection, or a layer of TLS upon another ByteStream.
/// At most one read and one write at a time. The memory handed in, and the ByteStream, live until the handler is
/// called.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual void read_some(std::span<char> space, IoHandler handler) = 0;
  virtual void write_some(std::span<const char> bytes, IoHandler handler) = 0;
  /// Ends it at once; handlers that wait are called with an error, later, from the loop. Safe to call twice.
  virtual void close() noexcept = 0;
};

/// Owns an open ByteStream: closes it when destroyed.
class StreamHandle {
 public:
  StreamHandle() = default;
  explicit StreamHandle(std::shared_ptr<ByteStream> stream) : stream_(std::move(stream)) {}
  StreamHandle(StreamHandle&&) noexcept = default;
  StreamHandle& operator=(StreamHandle&& other) noexcept {
    if (this != &other) {
      close();
      stream_ = std::move(other.stream_);
    }
    return *this;
  }
  ~StreamHandle() { close(); }
  void close() noexcept {
    if (stream_) stream_->close();
  }
  const std::shared_ptr<ByteStream>& get() const { return stream_; }
  /// Gives the duty to close to the caller.
  std::shared_ptr<ByteStream> release() { return std::exchange(stream_, {}); }

 private:
  std::shared_ptr<ByteStream> stream_;
};

/// How a read or write ended, as far as HTTP cares.
enum class IoEnd {
  kOk,
  kEof,        ///< The peer ended in order.
  kTruncated,  ///< The TCP connection ended without TLS's close_notify.
  kRefused,    ///< TLS: the peer does not accept our certificate.
  kBroken,     ///< Reset, timed out, closed by us, protocol error below HTTP.
};

struct IoResult {
  IoEnd end = IoEnd::kOk;
  std::size_t count = 0;
  std::string message;  ///< Of the error, for people.
};

/// Sorts an error code of this module's streams. Needs OpenSSL, hence lives in tls.cpp.
IoResult io_result(ErrorCode error, std::size_t count);

}  // namespace snapstash::wire
