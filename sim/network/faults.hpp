#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/time.hpp"
#include "kernel/wire/transport.hpp"

/// Where the network between a node and an API server can go wrong, and how. A plan answers at each point.
namespace snapstash::sim {

/// What a request is for. Leases and Events have numbers of their own, so that write number 7 stays write number 7
/// however often the lease is renewed.
enum class Purpose { kRead, kWrite, kLease, kEvent, kWatch };

/// Numbers count from 1 per node name; a process that is started again goes on counting.
struct RequestPoint {
  std::string_view node;
  Purpose purpose;
  std::uint64_t number;   ///< Among the node's requests of this purpose.
  std::uint64_t request;  ///< Among all of the node's requests.
  const wire::Request& what;
};

/// An answer in the server's place. 429 and 503 carry Retry-After when it is set.
struct FakeAnswer {
  int status = 500;
  std::string reason;   ///< "" = what the API server gives with that status.
  std::string message;  ///< "" = likewise.
  std::optional<std::chrono::seconds> retry_after;
};

/// Returns it as the API server would send it: a Status object.
wire::Response make_answer(const FakeAnswer& answer);

/// Before the server has carried a request out.
struct RequestVerdict {
  enum class Kind {
    kPass,
    kRefuse,   ///< No connection: kUnavailable, nothing sent.
    kReset,    ///< Sent, lost on the way, connection reset: kUnknownOutcome, not carried out.
    kSilence,  ///< Sent, lost, and nothing comes back until the caller's patience ends.
    kAnswer,   ///< Answered by `answer`, not carried out.
    kCrash,    ///< The process dies; nothing was sent.
  };
  Kind kind = Kind::kPass;
  Duration delay{};  ///< On top of the usual latency.
  FakeAnswer answer;
};

/// After the server has carried a request out.
struct ResponseVerdict {
  enum class Kind {
    kPass,
    kReset,       ///< The answer is lost: kUnknownOutcome.
    kSilence,     ///< The answer is lost, and nothing says so.
    kAnswer,      ///< `answer` arrives in its place (a 504 of a proxy).
    kCrash,       ///< The process dies before the answer arrives.
    kCrashAfter,  ///< The process dies when it has taken note of the answer.
  };
  Kind kind = Kind::kPass;
  Duration delay{};
  FakeAnswer answer;
};

/// One frame of a watch on its way to the node.
struct FramePoint {
  std::string_view node;
  std::string_view target;  ///< Of the watch's request.
  std::uint64_t watch;      ///< The watch's number among the node's.
  std::uint64_t frame;      ///< The frame's number among the node's; bookmarks have numbers of their own.
  bool bookmark;
  bool initial_events_end;
  std::string_view text;  ///< With its newline.
};

struct FrameVerdict {
  enum class Kind {
    kPass,
    kDrop,
    kDuplicate,
    kHold,       ///< Not yet, nor what comes after it: asked again after `delay`.
    kReplace,    ///< `text` arrives in its place: an older version of the object, …
    kInsert,     ///< `text` arrives before it.
    kExpire,     ///< An ERROR frame of 410 in its place, and the end.
    kEnd,        ///< The stream ends in order before it.
    kBreak,      ///< The connection breaks before it.
    kCutInside,  ///< Half of it, then the end of the stream.
  };
  Kind kind = Kind::kPass;
  Duration delay = std::chrono::milliseconds(50);
  std::string text;
};

/// Returns e.g. "reset", "cut inside".
std::string_view name_of(RequestVerdict::Kind kind);
std::string_view name_of(ResponseVerdict::Kind kind);
std::string_view name_of(FrameVerdict::Kind kind);

/// What goes wrong in a run. A plan derives from it; this one lets everything pass.
class Faults {
 public:
  virtual ~Faults() = default;
  virtual RequestVerdict on_request(const RequestPoint&) { return {}; }
  virtual ResponseVerdict on_response(const RequestPoint&, const wire::Response&) { return {}; }
  /// The server accepted a watch.
  virtual ResponseVerdict on_opened(const RequestPoint&) { return {}; }
  virtual FrameVerdict on_frame(const FramePoint&) { return {}; }
};

}  // namespace snapstash::sim
