#include "sim/api_server/watch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/api_server/representation.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

// cacher.go: blockTimeout.
constexpr Duration kPatience = 3s;
// cache_watcher.go: a last bookmark, so that the client can go on from as late as possible.
constexpr Duration kBookmarkBeforeEnd = 2s;

std::string frame(std::string_view type, std::string_view object) {
  return fmt::format(
      R"({{"type":"{}","object":{}}})"
      "\n",
      type, object
  );
}

}  // namespace

Watch::Watch(std::shared_ptr<WatchCache> cache, Executor& executor, Query query)
    : cache_(std::move(cache)), executor_(executor), query_(std::move(query)), opened_(executor.now()) {
  place_ = cache_->watches_.insert(cache_->watches_.end(), this);
  if (query_.timeout) {
    end_timer_ = executor_.after(*query_.timeout, [this] { end(); });
  }
  waiting_ = query_.not_older_than > cache_->revision();
  if (query_.refusal) {
    refuse(*query_.refusal);
  } else if (waiting_) {
    patience_timer_ = executor_.after(kPatience, [this] {
      refuse(failures::too_large_version(query_.not_older_than, cache_->revision()).error());
    });
  } else {
    begin();
  }
}

Watch::~Watch() { cache_->watches_.erase(place_); }

void Watch::begin() {
  waiting_ = false;
  patience_timer_.cancel();
  position_ = query_.from;
  if (query_.initial_state) {
    position_ = cache_->revision();
    for (const ObjectPtr& object : cache_->list(*query_.type, query_.namespace_)) {
      if (query_.selector.matches(*object)) ready_.push_back(frame("ADDED", text_in(*query_.type, *object)));
    }
  }
  if (query_.initial_events_end) ready_.push_back(bookmark(true));
  if (query_.bookmarks) arm();
}

void Watch::arm() {
  Duration delay = query_.bookmark_interval;
  if (query_.timeout) {
    const Duration left = opened_ + *query_.timeout - executor_.now() - kBookmarkBeforeEnd;
    if (left <= 0s) return;
    delay = std::min(delay, left);
  }
  bookmark_timer_ = executor_.after(delay, [this] {
    bookmark_due();
    arm();
  });
}

void Watch::refuse(const Failure& failure) {
  ready_.push_back(frame("ERROR", json::serialize(status_object(failure))));
  close();
}

void Watch::end() {
  if (ended_) return;
  // What had happened before is sent before.
  if (!waiting_) {
    while (auto more = next_event()) ready_.push_back(std::move(*more));
  }
  close();
}

void Watch::close() {
  ended_ = true;
  bookmark_timer_.cancel();
  end_timer_.cancel();
  patience_timer_.cancel();
  notify();
}

void Watch::notify() {
  if (notify_) notify_();
}

void Watch::bookmark_due() {
  if (!query_.bookmarks || ended_ || waiting_) return;
  bookmark_due_ = true;
  notify();
}

void Watch::cache_moved(std::int64_t from) {
  if (ended_) return;
  if (waiting_) {
    if (query_.not_older_than > cache_->revision()) return;
    begin();
    notify();
    return;
  }
  const Storage& storage = cache_->storage();
  for (std::int64_t revision = std::max(from, position_) + 1; revision <= cache_->revision(); ++revision) {
    if (!concerns(storage.change(revision))) continue;
    notify();
    return;
  }
}

bool Watch::concerns(const Change& change) const {
  if (change.type->index != query_.type->index) return false;
  return query_.namespace_.empty() || change.object().namespace_() == query_.namespace_;
}

std::optional<std::string> Watch::frame_of(const Change& change) const {
  const ResourceType& type = *query_.type;
  const bool is = change.after && query_.selector.matches(*change.after);
  const bool was = change.before && query_.selector.matches(*change.before);
  if (is) return frame(was ? "MODIFIED" : "ADDED", text_in(type, *change.after));
  if (!was) return std::nullopt;
  // Gone, or gone from the selection: its last state in the selection, at the revision at which it went.
  const ObjectPtr last = change.gone ? change.gone : at_revision(*change.before, change.revision);
  return frame("DELETED", text_in(type, *last));
}

std::string Watch::bookmark(bool initial_events_end) const {
  const kube::Resource& resource = query_.type->resource;
  json::Object metadata{{"resourceVersion", fmt::format("{}", cache_->revision())}};
  if (initial_events_end) {
    metadata.emplace("annotations", json::Object{{"k8s.io/initial-events-end", "true"}});
  }
  const json::Object object{
      {"kind", json::make_string(resource.kind)},
      {"apiVersion", resource.api_version()},
      {"metadata", std::move(metadata)},
  };
  return frame("BOOKMARK", json::serialize(object));
}

std::optional<std::string> Watch::next_event() {
  const Storage& storage = cache_->storage();
  while (position_ < cache_->revision()) {
    const Change& change = storage.change(++position_);
    if (!concerns(change)) continue;
    if (auto found = frame_of(change)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> Watch::next() {
  if (!ready_.empty()) {
    std::string first = std::move(ready_.front());
    ready_.pop_front();
    return first;
  }
  if (ended_ || waiting_) return std::nullopt;
  if (auto event = next_event()) return event;
  // A server that has not come as far as the client has nothing to say about how far it is.
  if (!std::exchange(bookmark_due_, false) || cache_->revision() < position_) return std::nullopt;
  return bookmark(false);
}

}  // namespace snapstash::sim
