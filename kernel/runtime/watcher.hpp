#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/executor.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/frame_splitter.hpp"
#include "kernel/runtime/store_base.hpp"
#include "kernel/runtime/watch_step.hpp"

namespace snapstash::runtime {

/// What one line of a watch says: an event and its object, or why it is none.
struct WatchFrame {
  WatchInput input;
  const json::Value* object = nullptr;  ///< Part of the document; nullptr for bookmarks and errors.
};

/// Reads a parsed line of a watch. Pure. An ERROR event becomes Failed with the code of its Status.
WatchFrame read_frame(const json::Value& document);

/// Keeps a Sink equal to a Collection, as `step` decides. Everything it is given must outlive it, and it its `run`.
class Watcher {
 public:
  struct Ports {
    Executor& executor;
    Random& random;
    Log& log;
  };
  /// For metrics.
  struct Stats {
    std::uint64_t initial_lists = 0;  ///< Initial lists that were completed: 1 in a life without trouble.
    std::uint64_t opened = 0;
    std::uint64_t failures = 0;
    std::uint64_t undecodable = 0;
    std::optional<MonoTime> last_heard;     ///< When a page, an event or a bookmark last came.
    std::optional<MonoTime> refused_since;  ///< Since when the server shows only older states than it once did.
  };

  Watcher(Collection& collection, Sink& sink, Ports ports) : collection_(collection), sink_(sink), ports_(ports) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  /// Runs for ever; destroying the task ends it. REQUIRES: started once.
  Task<void> run();

  const Stats& stats() const { return stats_; }
  /// For /healthz: an error when for kRefusalLimit the server has shown only states older than one we have seen, as
  /// after its store was restored from a backup. What this process knows is then of no more use: it must start anew
  /// (as Kubernetes' documentation asks after such a restore).
  Result<void> health() const;
  static constexpr Duration kRefusalLimit = std::chrono::minutes(5);
  std::string_view name() const { return collection_.name(); }

 private:
  /// Feeds the state machine, does to the sink what it says, and returns what to do next.
  WatchAction settle(const WatchInput& input, std::span<const json::Value> objects);
  void dispose(Disposition disposition, const json::Value& object);
  WatchAction take_frame(std::string_view text);
  void report(const Error& error);

  Task<WatchAction> list(ListPage action);
  Task<WatchAction> open(OpenWatch action);
  Task<WatchAction> read(Read action);
  Task<WatchAction> wait(Wait action);

  Collection& collection_;
  Sink& sink_;
  Ports ports_;
  WatchState state_;
  Stats stats_;
  std::unique_ptr<wire::Stream> stream_;
  FrameSplitter splitter_;
  std::array<unsigned char, 16384> arena_{};  ///< Holds one event's document at a time.
};

}  // namespace snapstash::runtime
