#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// Events (events.k8s.io/v1) and how repeated ones become a series; all pure. The rules are those of client-go's
/// tools/events broadcaster: the first repeat says so at once, later ones are only counted, and the count is sent
/// every 30 minutes and 6 minutes after the last.
namespace snapstash::runtime {

enum class EventType { kNormal, kWarning };

/// core/v1 ObjectReference.
struct ObjectReference {
  std::string api_version, kind, namespace_, name, uid, resource_version;
  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

/// Returns a reference to an object of a typed kind.
template <class T>
ObjectReference reference_to(const T& object) {
  const kube::ObjectMeta& meta = object.metadata;
  return {T::kResource.api_version(), std::string(T::kResource.kind), meta.namespace_, meta.name, meta.uid,
          meta.resource_version};
}

/// What happened to whom.
struct EventNews {
  EventType type = EventType::kNormal;
  ObjectReference regarding;
  std::string reason;  ///< Why, one CamelCase word; at most 128 bytes.
  std::string action;  ///< What was done or failed, one CamelCase word; "" = the reason.
  std::string note;    ///< A sentence; cut at 1,024 bytes.
  /// The other object it is about; without a name: none. What happens to one object with several others is several
  /// series.
  ObjectReference related;
};

/// An event as it stands: what is written to the server.
struct EventRecord {
  EventNews news;
  std::string name;  ///< Of the Event object.
  WallTime first_at{}, last_at{};
  std::int64_t count = 1;  ///< > 1: a series.
};

/// Returns the namespace an event lives in: its subject's, or "default" for a cluster-scoped one.
std::string_view namespace_of(const EventRecord& record);

/// Returns `text` cut to at most `limit` bytes, at a character's boundary; bytes that are no UTF-8 become '?', since
/// the server would refuse the whole event.
std::string fit_text(std::string_view text, std::size_t limit);

/// Who reports: `controller` is a qualified name ("snapstash.io/operator"), `instance` the pod.
struct Reporter {
  std::string controller, instance;
};

/// Returns the whole Event object.
json::Value event_json(const EventRecord& record, const Reporter& reporter);
/// Returns the merge patch that brings an Event's series up to date.
json::Value series_patch(const EventRecord& record);

/// Something to write.
struct EventWrite {
  bool create = true;  ///< Otherwise: patch the series.
  EventRecord record;
};

/// Recent events, so that repeats are recognised. Bounded: beyond kLimit the one that was seen longest ago is
/// forgotten.
class EventSeries {
 public:
  static constexpr std::size_t kLimit = 4096;
  static constexpr Duration kRefresh = std::chrono::minutes(30);
  static constexpr Duration kFinish = std::chrono::minutes(6);

  /// Takes note of news. Returns what is to be written now, if anything. `name` is for a new Event object.
  std::optional<EventWrite> record(EventNews news, std::string name, WallTime now);
  /// To be called now and then: returns the series that are to be brought up to date, and forgets those that ended.
  std::vector<EventWrite> sweep(WallTime now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    EventRecord record;
    std::int64_t sent_count = 1;
    WallTime sent_at{};
  };
  using Key = std::vector<std::string>;
  static Key key_of(const EventNews& news);
  void forget_oldest();

  std::map<Key, Entry> entries_;
};

}  // namespace snapstash::runtime
