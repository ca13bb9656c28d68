#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/api_server/api_server.hpp"
#include "sim/network/connection.hpp"
#include "sim/network/faults.hpp"

namespace snapstash::sim {

/// A watch's connection: frames go from the server's end to the buffer that the program reads, some time later and in
/// their order, each past the faults. Held by the stream; the network only knows of it.
struct Feed final : Connection, std::enable_shared_from_this<Feed> {
  Feed(NodeNetwork& owner, std::unique_ptr<Watch> opened, std::string request_target, std::uint64_t watch_number);

  /// Looks for frames after `delay`, unless it is going to anyway.
  void look_after(Duration delay);
  void stop(std::optional<Error> error) override;
  void on_isolated() override {}
  void on_up() override;

  NodeNetwork* network;  ///< nullptr once that is cut.
  std::unique_ptr<Watch> watch;
  std::string target;
  std::uint64_t number;

  std::string buffer;
  std::optional<Error> broken;
  bool ended = false;
  Event more;

 private:
  void look();
  /// Returns false when the frame has to wait, or nothing comes after it.
  bool pass(const std::string& frame);
  bool carry_out(const FrameVerdict& verdict, const std::string& frame);
  void end();
  FramePoint point_of(const std::string& frame);

  std::deque<std::string> held_;
  std::optional<FramePoint> asked_;  ///< The point of held_.front(), once it has its number.
  Executor::Ticket ticket_;
  bool looking_ = false;
};

/// The program's end.
class WatchStream final : public wire::Stream {
 public:
  explicit WatchStream(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) {}
  Task<Result<std::string>> read() override;

 private:
  std::shared_ptr<Feed> feed_;
};

/// The body of a refusal: all at once.
class TextStream final : public wire::Stream {
 public:
  explicit TextStream(std::string text) : text_(std::move(text)) {}
  Task<Result<std::string>> read() override { co_return std::exchange(text_, {}); }

 private:
  std::string text_;
};

}  // namespace snapstash::sim
