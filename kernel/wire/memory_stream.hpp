#pragma once
#include <algorithm>
#include <deque>
#include <optional>
#include <string>

#include <boost/asio/error.hpp>

#include "kernel/base/executor.hpp"
#include "kernel/wire/byte_stream.hpp"

/// For the tests of this module.
namespace snapstash::wire {

/// A connection in memory whose other end is the test.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(Executor& executor) : executor_(executor) {}

  /// What the peer says next.
  void arrive(std::string bytes) {
    incoming_.push_back(std::move(bytes));
    deliver();
  }
  void end(ErrorCode error) {
    end_ = error;
    deliver();
  }
  /// Lets writes fail once `bytes` have been written.
  void fail_writes_after(std::size_t bytes) { writable_ = bytes; }
  /// Takes nothing more, as a peer does that does not read.
  void take_nothing() { stuck_ = true; }

  const std::string& written() const { return written_; }
  bool closed() const { return closed_; }
  bool reading() const { return handler_ != nullptr; }

  void read_some(std::span<char> space, IoHandler handler) override {
    space_ = space;
    handler_ = std::move(handler);
    deliver();
  }
  void write_some(std::span<const char> bytes, IoHandler handler) override {
    if (stuck_) {
      stuck_handler_ = std::move(handler);
      return;
    }
    const std::size_t count = std::min({bytes.size(), writable_ - written_.size(), std::size_t(7)});
    written_.append(bytes.data(), count);
    const ErrorCode error = count == 0 ? ErrorCode(boost::asio::error::broken_pipe) : ErrorCode();
    answer(std::move(handler), error, count);
  }
  void close() noexcept override {
    closed_ = true;
    end_ = boost::asio::error::operation_aborted;
    if (stuck_handler_) answer(std::exchange(stuck_handler_, nullptr), *end_, 0);
    deliver();
  }

 private:
  void deliver() {
    if (!handler_) return;
    if (!incoming_.empty() && !closed_) {
      const std::string bytes = std::move(incoming_.front());
      incoming_.pop_front();
      std::ranges::copy(bytes, space_.data());
      answer(std::exchange(handler_, nullptr), {}, bytes.size());
    } else if (end_) {
      answer(std::exchange(handler_, nullptr), *end_, 0);
    }
  }
  void answer(IoHandler handler, ErrorCode error, std::size_t count) {
    executor_.post([handler = std::move(handler), error, count]() mutable { handler(error, count); }).detach();
  }

  Executor& executor_;
  std::deque<std::string> incoming_;
  std::optional<ErrorCode> end_;
  std::string written_;
  std::size_t writable_ = static_cast<std::size_t>(-1);
  std::span<char> space_;
  IoHandler handler_;
  IoHandler stuck_handler_;
  bool closed_ = false;
  bool stuck_ = false;
};

}  // namespace snapstash::wire
