#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/base/error.hpp"

namespace snapstash::runtime {

/// Cuts a watch's bytes into frames: one JSON document per line. Chunk boundaries mean nothing (a frame spans chunks, a
/// chunk holds frames), and JSON text never contains a raw newline.
class FrameSplitter {
 public:
  /// An object is at most about 1.5 MB in etcd and rather more as JSON; a line beyond this is no Kubernetes object.
  static constexpr std::size_t kLongestFrame = std::size_t{8} << 20;

  explicit FrameSplitter(std::size_t longest_frame = kLongestFrame) : longest_frame_(longest_frame) {}

  /// Takes the next bytes. Frames returned before become invalid.
  void feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    start_ = 0;
    buffer_ += bytes;
  }

  /// Returns the next whole frame without its newline, valid until the next `feed`; nothing when more bytes are needed.
  /// Empty lines are skipped. Errors: kMalformed when a frame is longer than allowed; the stream is then of no more
  /// use.
  Result<std::optional<std::string_view>> next() {
    for (;;) {
      const std::size_t newline = buffer_.find('\n', searched_from());
      const std::size_t end = newline == std::string::npos ? buffer_.size() : newline;
      if (end - start_ > longest_frame_) return fail(Code::kMalformed, "a watch frame is longer than 8 MiB");
      if (newline == std::string::npos) return note_searched();
      std::string_view frame = std::string_view(buffer_).substr(start_, newline - start_);
      start_ = newline + 1;
      searched_ = 0;
      if (!frame.empty() && frame.back() == '\r') frame.remove_suffix(1);
      if (!frame.empty()) return frame;
    }
  }

  /// Returns how many bytes of an unfinished frame are held; > 0 at the end of a stream means it was cut off.
  std::size_t pending() const { return buffer_.size() - start_; }

  /// Forgets everything: the next bytes come from another stream. Gives back what one huge frame has taken.
  void reset() {
    buffer_ = std::string();
    start_ = searched_ = 0;
  }

 private:
  // A frame that arrives in n chunks is searched once, not n times.
  std::size_t searched_from() const { return start_ + searched_; }
  std::optional<std::string_view> note_searched() {
    searched_ = buffer_.size() - start_;
    return std::nullopt;
  }

  std::size_t longest_frame_;
  std::string buffer_;
  std::size_t start_ = 0;     ///< Where the frame that comes next begins.
  std::size_t searched_ = 0;  ///< How many bytes from there hold no newline.
};

}  // namespace snapstash::runtime
