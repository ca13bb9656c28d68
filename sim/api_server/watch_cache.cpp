#include "sim/api_server/watch_cache.hpp"

#include <algorithm>

#include "sim/api_server/watch.hpp"

namespace snapstash::sim {

WatchCache::WatchCache(Storage& storage)
    : storage_(storage),
      revision_(storage.revision()),
      oldest_(storage.revision()),
      subscription_(storage.on_change([this](const Change&) { follow(); })) {}

void WatchCache::follow() {
  if (!frozen_) move_to(storage_.revision() - lag_);
}

void WatchCache::move_to(std::int64_t revision) {
  if (closed_ || revision <= revision_) return;
  const std::int64_t seen = std::exchange(revision_, revision);
  for (auto at = watches_.begin(); at != watches_.end();) {
    Watch& watch = **at++;
    watch.cache_moved(seen);
  }
}

void WatchCache::thaw() {
  frozen_ = false;
  follow();
}

void WatchCache::set_lag(std::int64_t revisions) {
  lag_ = revisions;
  follow();
}

void WatchCache::advance(std::int64_t revisions) { move_to(std::min(storage_.revision(), revision_ + revisions)); }

void WatchCache::forget(std::int64_t revision) { oldest_ = std::max(oldest_, std::min(revision, revision_)); }

void WatchCache::end_watches() {
  for (auto at = watches_.begin(); at != watches_.end();) {
    Watch& watch = **at++;
    watch.end();
  }
}

void WatchCache::close() {
  end_watches();
  closed_ = true;
}

void WatchCache::restart() {
  end_watches();
  revision_ = std::max(revision_, storage_.revision() - lag_);
  oldest_ = revision_;
}

std::vector<ObjectPtr> WatchCache::list(const ResourceType& type, std::string_view namespace_) const {
  if (revision_ == storage_.revision()) return storage_.list(type, namespace_);
  return storage_.list_at(type, namespace_, revision_);
}

ObjectPtr WatchCache::find(const ResourceType& type, std::string_view namespace_, std::string_view name) const {
  if (revision_ == storage_.revision()) return storage_.find(type, namespace_, name);
  for (ObjectPtr& object : storage_.list_at(type, namespace_, revision_)) {
    if (object->name() == name && object->namespace_() == namespace_) return std::move(object);
  }
  return nullptr;
}

void WatchCache::send_bookmarks() {
  for (Watch* watch : watches_) watch->bookmark_due();
}

}  // namespace snapstash::sim
