#include "kernel/runtime/event_series.hpp"

#include <algorithm>
#include <utility>

namespace snapstash::runtime {
namespace {

constexpr std::size_t kLongestWord = 128;
constexpr std::size_t kLongestNote = 1024;

/// Returns the length of the UTF-8 character that `text` begins with, 0 if it begins with none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what is beyond U+10FFFF.
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

json::Value series_json(const EventRecord& record) {
  return json::Object{{"count", record.count}, {"lastObservedTime", format_micro_time(record.last_at)}};
}

json::Value reference_json(const ObjectReference& reference) {
  json::Object json;
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.emplace(key, value);
  };
  add("apiVersion", reference.api_version);
  add("kind", reference.kind);
  add("namespace", reference.namespace_);
  add("name", reference.name);
  add("uid", reference.uid);
  add("resourceVersion", reference.resource_version);
  return json;
}

}  // namespace

std::string_view namespace_of(const EventRecord& record) {
  const std::string& subject = record.news.regarding.namespace_;
  return subject.empty() ? std::string_view("default") : std::string_view(subject);
}

std::string fit_text(std::string_view text, std::size_t limit) {
  std::string fitted;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view next = length == 0 ? std::string_view("?") : text.substr(0, length);
    if (fitted.size() + next.size() > limit) break;
    fitted += next;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return fitted;
}

json::Value event_json(const EventRecord& record, const Reporter& reporter) {
  const EventNews& news = record.news;
  json::Object event{
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", json::Object{{"namespace", namespace_of(record)}, {"name", record.name}}},
      {"eventTime", format_micro_time(record.first_at)},
      {"type", news.type == EventType::kWarning ? "Warning" : "Normal"},
      {"reason", fit_text(news.reason, kLongestWord)},
      {"action", fit_text(news.action.empty() ? news.reason : news.action, kLongestWord)},
      {"note", fit_text(news.note, kLongestNote)},
      {"regarding", reference_json(news.regarding)},
      {"reportingController", reporter.controller},
      {"reportingInstance", fit_text(reporter.instance, kLongestWord)},
  };
  if (!news.related.name.empty()) event.emplace("related", reference_json(news.related));
  if (record.count > 1) event.emplace("series", series_json(record));
  return event;
}

json::Value series_patch(const EventRecord& record) { return json::Object{{"series", series_json(record)}}; }

std::optional<EventWrite> EventSeries::record(EventNews news, std::string name, WallTime now) {
  const auto [it, is_new] = entries_.try_emplace(key_of(news));
  Entry& entry = it->second;
  if (is_new || now - entry.record.last_at > kFinish) {
    entry = {EventRecord{std::move(news), std::move(name), now, now, 1}, 1, now};
    EventWrite write{true, entry.record};
    if (entries_.size() > kLimit) forget_oldest();
    return write;
  }
  entry.record.last_at = now;
  ++entry.record.count;
  if (entry.record.count > 2) return std::nullopt;
  entry.sent_count = entry.record.count;
  entry.sent_at = now;
  return EventWrite{false, entry.record};
}

std::vector<EventWrite> EventSeries::sweep(WallTime now) {
  std::vector<EventWrite> writes;
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it->second;
    const bool ended = now - entry.record.last_at > kFinish;
    const bool unsent = entry.record.count > entry.sent_count;
    if (unsent && (ended || now - entry.sent_at >= kRefresh)) {
      writes.push_back({false, entry.record});
      entry.sent_count = entry.record.count;
      entry.sent_at = now;
    }
    it = ended ? entries_.erase(it) : std::next(it);
  }
  return writes;
}

EventSeries::Key EventSeries::key_of(const EventNews& news) {
  const ObjectReference& subject = news.regarding;
  return {
      news.type == EventType::kWarning ? "W" : "N",
      news.action,
      news.reason,
      subject.api_version,
      subject.kind,
      subject.namespace_,
      subject.name,
      subject.uid,
      news.related.kind,
      news.related.name
  };
}

void EventSeries::forget_oldest() {
  const auto oldest =
      std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.record.last_at; });
  entries_.erase(oldest);
}

}  // namespace snapstash::runtime
