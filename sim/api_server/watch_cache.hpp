#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/api_server/storage.hpp"

namespace snapstash::sim {

class Watch;

/// What one API server has seen of the storage so far; feeds its watches. May lag.
class WatchCache {
 public:
  explicit WatchCache(Storage& storage);
  WatchCache(const WatchCache&) = delete;
  WatchCache& operator=(const WatchCache&) = delete;

  Storage& storage() const { return storage_; }
  /// What it shows is as of this revision.
  std::int64_t revision() const { return revision_; }
  /// Watches may begin here or later.
  std::int64_t oldest() const { return oldest_; }
  bool is_closed() const { return closed_; }

  /// Sees nothing new until `thaw`.
  void freeze() { frozen_ = true; }
  void thaw();
  /// Stays `revisions` behind, from the next change on. It never goes back.
  void set_lag(std::int64_t revisions);
  /// Moves on by up to `revisions`, frozen or not.
  void advance(std::int64_t revisions);
  /// Watches from before `revision` are too old from now on.
  void forget(std::int64_t revision);
  /// The server ends: all watches end, and none is fed any more.
  void close();
  /// As a server that starts again: all watches end, and earlier revisions are unknown.
  void restart();

  std::vector<ObjectPtr> list(const ResourceType& type, std::string_view namespace_) const;
  ObjectPtr find(const ResourceType& type, std::string_view namespace_, std::string_view name) const;

  /// Makes all watches that want bookmarks send one.
  void send_bookmarks();

 private:
  friend class Watch;
  void follow();
  void move_to(std::int64_t revision);
  void end_watches();

  Storage& storage_;
  std::int64_t revision_, oldest_;
  std::int64_t lag_ = 0;
  bool frozen_ = false;
  bool closed_ = false;
  std::list<Watch*> watches_;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim
