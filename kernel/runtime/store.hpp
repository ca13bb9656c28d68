#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>

#include "kernel/json/codec.hpp"
#include "kernel/runtime/resource_version.hpp"
#include "kernel/runtime/store_base.hpp"

namespace snapstash::runtime {

/// What became of one object. `before` is nullptr for a new one, `after` for one that is gone. An object that took the
/// name of another (other UID) is two changes: the old one gone, the new one there.
template <class T>
struct Change {
  std::string key;
  std::shared_ptr<const T> before, after;
};

/// Orders objects by namespace and name; finds them by a key's parts.
struct ByName {
  using is_transparent = void;
  static KeyParts name_of(const KeyParts& parts) { return parts; }
  template <class T>
  static KeyParts name_of(const std::shared_ptr<const T>& object) {
    return runtime::name_of(object->metadata);
  }
  bool operator()(const auto& a, const auto& b) const { return name_of(a) < name_of(b); }
};

/// The objects of one collection, as last seen. T has `kube::ObjectMeta metadata` and a json::Codec.
///
/// What is in here is the past: the server may be ahead. It is never behind what this store has shown before: older
/// versions are ignored. Objects are handed out shared and constant; nothing is copied. Iteration is in the order of
/// namespace and name.
/// One writer, the watcher, through Sink; everybody else sees the const interface and subscriptions.
template <class T>
class Store final : public StoreBase {
 public:
  using Object = std::shared_ptr<const T>;
  /// Sorted by what they are named, which is not kept a second time.
  using Objects = boost::container::flat_set<Object, ByName>;
  using IndexFunction = std::function<std::vector<std::string>(const T&)>;

  /// Returns the object, or nullptr when there is none, or none that can be read (see `broken`).
  Object get(std::string_view key) const {
    const auto it = contents_.objects.find(split_key(key));
    return it == contents_.objects.end() ? nullptr : *it;
  }

  /// Returns what is known of an object that exists but could not be decoded, or nullptr.
  const Broken* broken(std::string_view key) const {
    const auto it = contents_.broken.find(key);
    return it == contents_.broken.end() ? nullptr : &it->second;
  }

  const Objects& objects() const { return contents_.objects; }
  const std::map<std::string, Broken, std::less<>>& all_broken() const { return contents_.broken; }

  /// Adds a secondary index: `values` (pure) names the values under which an object is found. Objects that are here
  /// already are indexed at once.
  void add_index(std::string name, IndexFunction values) {
    Index& index = indexes_[std::move(name)];
    index = {std::move(values), {}};
    index.rebuild(contents_.objects);
  }

  /// Returns the objects that an index finds under `value`, in the order of namespace and name; none for an index that
  /// does not exist.
  std::vector<Object> find_by(std::string_view index, std::string_view value) const {
    const auto it = indexes_.find(index);
    return it == indexes_.end() ? std::vector<Object>() : it->second.find(value);
  }

  /// Calls `listener` for every change, after the store shows it.
  [[nodiscard]] Subscription on_change(std::function<void(const Change<T>&)> listener) {
    return changes_.add(std::move(listener));
  }

  // ---- Sink: the writer's side ----

  void begin_initial() override { staged_ = {}; }

  std::optional<Error> stage(const json::Value& json) override {
    const Identity identity = identity_of(json);
    if (identity.name.empty()) return nameless();
    std::string key = key_of(identity.namespace_, identity.name);
    if (is_older(identity.resource_version, version_in(staged_, key))) {
      note_stale();
      return std::nullopt;
    }
    // Most objects of a later list have not changed: they need no decoding, and keep their place in memory.
    if (const Object known = get(key); known && is_same(*known, identity)) {
      put(staged_, known);
      return std::nullopt;
    }
    return put_decoded(staged_, std::move(key), json, identity);
  }

  void unstage(const json::Value& json) override {
    const Identity identity = identity_of(json);
    erase(staged_, key_of(identity.namespace_, identity.name));
  }

  bool commit(std::string_view version) override {
    Contents fresh = std::exchange(staged_, {});
    fresh.objects.shrink_to_fit();
    if (is_older(version, resource_version())) {
      note_stale();
      return false;
    }
    const Contents old = std::exchange(contents_, std::move(fresh));
    const std::vector<Change<T>> changes = difference(old.objects, contents_.objects);
    for (auto& [name, index] : indexes_) index.rebuild(contents_.objects);
    move_to(version);
    note_synced();
    announce(changes);
    return true;
  }

  std::optional<Error> apply(const json::Value& json) override {
    const Identity identity = identity_of(json);
    if (identity.name.empty()) return nameless();
    const std::string key = key_of(identity.namespace_, identity.name);
    const Object before = get(key);
    if (is_repeated(identity) || (before && is_same(*before, identity))) {
      note_stale();
      return std::nullopt;
    }
    auto problem = put_decoded(contents_, key, json, identity);
    move_to(identity.resource_version);
    show(changes_between(key, before, get(key)));
    return problem;
  }

  void remove(const json::Value& json) override {
    const Identity identity = identity_of(json);
    if (is_repeated(identity)) return note_stale();
    const std::string key = key_of(identity.namespace_, identity.name);
    const Object before = get(key);
    erase(contents_, key);
    move_to(identity.resource_version);
    show(changes_between(key, before, nullptr));
  }

 private:
  struct Contents {
    Objects objects;
    std::map<std::string, Broken, std::less<>> broken;
  };

  /// Finds by the hash of a value, so that no value is kept twice.
  struct Index {
    using Entries = boost::container::flat_multimap<std::size_t, Object>;
    IndexFunction values;
    Entries objects;

    static std::size_t hash(std::string_view value) { return std::hash<std::string_view>()(value); }
    /// One sort, where inserting one after the other would move the rest each time.
    void rebuild(const Objects& all) {
      typename Entries::sequence_type entries;
      for (const Object& object : all) {
        for (const std::string& value : values(*object)) entries.emplace_back(hash(value), object);
      }
      entries.shrink_to_fit();
      objects.adopt_sequence(std::move(entries));
    }
    void insert(const Object& object) {
      for (const std::string& value : values(*object)) objects.emplace(hash(value), object);
    }
    void erase(const Object& object) {
      for (const std::string& value : values(*object)) {
        auto [it, end] = objects.equal_range(hash(value));
        it = std::find_if(it, end, [&](const auto& entry) { return entry.second == object; });
        if (it != end) objects.erase(it);
      }
    }
    std::vector<Object> find(std::string_view value) const {
      std::vector<Object> found;
      const auto [begin, end] = objects.equal_range(hash(value));
      for (auto it = begin; it != end; ++it) {
        const std::vector<std::string> actual = values(*it->second);
        if (std::ranges::find(actual, value) != actual.end()) found.push_back(it->second);
      }
      std::ranges::sort(found, {}, [](const Object& object) { return name_of(object->metadata); });
      return found;
    }
  };

  /// Events come in the order of their versions, so an older one has been dealt with: taking it again could bring back
  /// what is deleted.
  bool is_repeated(const Identity& identity) const { return is_older(identity.resource_version, resource_version()); }

  static Error nameless() { return Error(Code::kMalformed, "an object without a name"); }

  static bool is_same(const T& object, const Identity& identity) {
    return object.metadata.uid == identity.uid && object.metadata.resource_version == identity.resource_version &&
           !identity.resource_version.empty();
  }

  /// Returns the version of what is there under `key`, "" when nothing is.
  static std::string_view version_in(const Contents& contents, std::string_view key) {
    if (const auto it = contents.objects.find(split_key(key)); it != contents.objects.end()) {
      return (*it)->metadata.resource_version;
    }
    const auto it = contents.broken.find(key);
    return it == contents.broken.end() ? std::string_view() : std::string_view(it->second.resource_version);
  }

  static void erase(Contents& contents, std::string_view key) {
    const auto found = contents.objects.find(split_key(key));
    if (found != contents.objects.end()) contents.objects.erase(found);
    if (const auto it = contents.broken.find(key); it != contents.broken.end()) contents.broken.erase(it);
  }

  static void put(Contents& contents, Object object) {
    if (!contents.broken.empty()) contents.broken.erase(key_of(object->metadata));
    const auto it = contents.objects.lower_bound(name_of(object->metadata));
    if (it != contents.objects.end() && name_of((*it)->metadata) == name_of(object->metadata)) {
      *it = std::move(object);
    } else {
      contents.objects.insert(it, std::move(object));
    }
  }

  static std::optional<Error> put_decoded(
      Contents& contents, std::string key, const json::Value& json, const Identity& identity
  ) {
    auto decoded = json::decode<T>(json);
    if (decoded) {
      put(contents, std::make_shared<const T>(std::move(*decoded)));
      return std::nullopt;
    }
    Error error = std::move(decoded).error();
    erase(contents, key);
    contents.broken.insert_or_assign(
        std::move(key), Broken{std::string(identity.uid), std::string(identity.resource_version), error}
    );
    return error;
  }

  static std::vector<Change<T>> changes_between(const std::string& key, const Object& before, const Object& after) {
    if (before == after) return {};
    if (before && after && before->metadata.uid != after->metadata.uid) {
      return {{key, before, nullptr}, {key, nullptr, after}};
    }
    return {{key, before, after}};
  }

  /// Walks both in their order.
  static std::vector<Change<T>> difference(const Objects& old, const Objects& fresh) {
    std::vector<Change<T>> changes;
    const auto add = [&](const Object& before, const Object& after) {
      if (before == after) return;
      for (Change<T>& change : changes_between(key_of((before ? before : after)->metadata), before, after)) {
        changes.push_back(std::move(change));
      }
    };
    const ByName less;
    auto before = old.begin();
    auto after = fresh.begin();
    while (before != old.end() || after != fresh.end()) {
      if (after == fresh.end() || (before != old.end() && less(*before, *after))) {
        add(*before++, nullptr);
      } else if (before == old.end() || less(*after, *before)) {
        add(nullptr, *after++);
      } else {
        add(*before++, *after++);
      }
    }
    return changes;
  }

  /// All indexes first, then the listeners: who is told of one change may look at everything.
  void show(const std::vector<Change<T>>& changes) {
    for (const Change<T>& change : changes) {
      for (auto& [name, index] : indexes_) {
        if (change.before) index.erase(change.before);
        if (change.after) index.insert(change.after);
      }
    }
    announce(changes);
  }

  void announce(const std::vector<Change<T>>& changes) {
    for (const Change<T>& change : changes) changes_.notify(change);
    notify_progress();
  }

  Contents contents_;
  Contents staged_;
  std::map<std::string, Index, std::less<>> indexes_;
  Listeners<const Change<T>&> changes_;
};

}  // namespace snapstash::runtime
