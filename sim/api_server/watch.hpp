#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/executor.hpp"
#include "sim/api_server/selector.hpp"
#include "sim/api_server/watch_cache.hpp"

namespace snapstash::sim {

/// One open watch. Pulled by the network, so that it decides when each frame travels. May outlive its server.
class Watch {
 public:
  struct Query {
    const ResourceType* type = nullptr;
    std::string namespace_;
    Selector selector;
    bool bookmarks = false;
    bool initial_state = false;       ///< ADDED for all that is there, first.
    bool initial_events_end = false;  ///< Then a bookmark that says so (WatchList, KEP-3157).
    std::int64_t from = 0;            ///< Otherwise: events after this revision.
    std::int64_t not_older_than = 0;  ///< Waits until the server has seen this revision.
    std::optional<Duration> timeout;  ///< After which the server ends it.
    Duration bookmark_interval = std::chrono::seconds(60);
    std::optional<Failure> refusal;  ///< All it says is this, in an ERROR frame.
  };

  Watch(std::shared_ptr<WatchCache> cache, Executor& executor, Query query);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  /// Returns one whole frame, its line break included; nothing when there is none yet, or none any more.
  std::optional<std::string> next();
  /// Whether the server has closed the stream in order, and `next` has given all.
  bool ended() const { return ended_ && ready_.empty(); }
  /// Calls `notify` whenever `next` or `ended` may have something new: from inside writes to the storage, and when a
  /// bookmark or the end is due. It must not call back; let it post.
  void on_more(std::function<void()> notify) { notify_ = std::move(notify); }

  /// Makes a bookmark due, if the watch is one that sends them.
  void bookmark_due();
  /// Closes the stream, as the server does when its time is over.
  void end();

 private:
  friend class WatchCache;
  void cache_moved(std::int64_t from);
  void begin();
  void arm();
  void refuse(const Failure& failure);
  void close();
  std::optional<std::string> next_event();
  void notify();
  bool concerns(const Change& change) const;
  std::optional<std::string> frame_of(const Change& change) const;
  std::string bookmark(bool initial_events_end) const;

  std::shared_ptr<WatchCache> cache_;
  Executor& executor_;
  Query query_;
  std::list<Watch*>::iterator place_;
  std::function<void()> notify_;
  bool waiting_ = false;  ///< For the server's cache to be fresh enough.
  bool ended_ = false;
  bool bookmark_due_ = false;
  std::int64_t position_ = 0;  ///< All changes up to here have been looked at.
  std::deque<std::string> ready_;
  MonoTime opened_;
  Executor::Ticket bookmark_timer_, end_timer_, patience_timer_;
};

}  // namespace snapstash::sim
