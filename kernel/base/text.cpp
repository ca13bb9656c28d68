#include "kernel/base/text.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <vector>

namespace snapstash {
namespace {

using text_detail::Entry;

/// A hash table whose entries do not move, since Texts point at them.
class Pool {
 public:
  Entry* find_or_add(std::string_view text) {
    if (size_ >= buckets_.size() * 2) resize(buckets_.empty() ? 64 : buckets_.size() * 2);
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
    Entry*& bucket = buckets_[hash & (buckets_.size() - 1)];
    for (Entry* entry = bucket; entry != nullptr; entry = entry->next) {
      if (entry->hash == hash && entry->view() == text) {
        ++entry->references;
        return entry;
      }
    }
    bucket = make(text, bucket, hash);
    ++size_;
    return bucket;
  }

  void remove(Entry* entry) noexcept {
    Entry** link = &buckets_[entry->hash & (buckets_.size() - 1)];
    while (*link != entry) link = &(*link)->next;
    *link = entry->next;
    ::operator delete(entry);
    --size_;
    if (size_ * 2 < buckets_.size() && buckets_.size() > 64) resize(buckets_.size() / 2);
  }

 private:
  static Entry* make(std::string_view text, Entry* next, std::uint32_t hash) {
    void* const place = ::operator new(std::max(sizeof(Entry), Entry::kOffset + text.size()));
    auto* const entry = new (place) Entry{next, hash, 1, static_cast<std::uint32_t>(text.size())};
    std::memcpy(static_cast<char*>(place) + Entry::kOffset, text.data(), text.size());
    return entry;
  }

  void resize(std::size_t count) {
    std::vector<Entry*> fresh(count, nullptr);
    for (Entry* entry : buckets_) {
      while (entry != nullptr) {
        Entry* const next = entry->next;
        Entry*& bucket = fresh[entry->hash & (count - 1)];
        entry->next = std::exchange(bucket, entry);
        entry = next;
      }
    }
    buckets_ = std::move(fresh);
  }

  std::vector<Entry*> buckets_;
  std::size_t size_ = 0;
};

// Never destroyed: Texts in statics may outlive whatever is destroyed at the thread's end.
Pool& pool() {
  thread_local Pool* const of_thread = new Pool;
  return *of_thread;
}

}  // namespace

text_detail::Entry* Text::intern(std::string_view text) { return pool().find_or_add(text); }

void Text::forget(text_detail::Entry* entry) noexcept { pool().remove(entry); }

}  // namespace snapstash
