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

/// The objects of one collection, as last seen. T has `kube::ObjectMeta metadata` and a json::Codec.
///
/// What is in here is the past: the server may be ahead. It is never behind what this store has shown before: older
/// versions are ignored. Objects are handed out shared and constant; nothing is copied. Iteration is in key order.
/// One writer, the watcher, through Sink; everybody else sees the const interface and subscriptions.
template <class T>
class Store final : public StoreBase {
 public:
  using Object = std::shared_ptr<const T>;
  using Objects = std::map<std::string, Object, std::less<>>;
  using IndexFunction = std::function<std::vector<std::string>(const T&)>;

  /// Returns the object, or nullptr when there is none, or none that can be read (see `broken`).
  Object get(std::string_view key) const {
    const auto it = contents_.objects.find(key);
    return it == contents_.objects.end() ? nullptr : it->second;
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
    for (const auto& [key, object] : contents_.objects) index.insert(object);
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
      put(staged_, std::move(key), known);
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
    if (is_older(version, resource_version())) {
      note_stale();
      return false;
    }
    const Contents old = std::exchange(contents_, std::move(fresh));
    const std::vector<Change<T>> changes = difference(old.objects, contents_.objects);
    move_to(version);
    note_synced();
    show(changes);
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
    IndexFunction values;
    std::multimap<std::size_t, Object> objects;

    static std::size_t hash(std::string_view value) { return std::hash<std::string_view>()(value); }
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
      std::ranges::sort(found, {}, [](const Object& object) {
        return std::tie(object->metadata.namespace_.str(), object->metadata.name.str());
      });
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
    if (const auto it = contents.objects.find(key); it != contents.objects.end()) {
      return it->second->metadata.resource_version;
    }
    const auto it = contents.broken.find(key);
    return it == contents.broken.end() ? std::string_view() : std::string_view(it->second.resource_version);
  }

  static void erase(Contents& contents, std::string_view key) {
    if (const auto it = contents.objects.find(key); it != contents.objects.end()) contents.objects.erase(it);
    if (const auto it = contents.broken.find(key); it != contents.broken.end()) contents.broken.erase(it);
  }

  static void put(Contents& contents, std::string key, Object object) {
    if (const auto it = contents.broken.find(key); it != contents.broken.end()) contents.broken.erase(it);
    contents.objects.insert_or_assign(std::move(key), std::move(object));
  }

  static std::optional<Error> put_decoded(
      Contents& contents, std::string key, const json::Value& json, const Identity& identity
  ) {
    auto decoded = json::decode<T>(json);
    if (decoded) {
      put(contents, std::move(key), std::make_shared<const T>(std::move(*decoded)));
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

  /// Walks both in key order.
  static std::vector<Change<T>> difference(const Objects& old, const Objects& fresh) {
    std::vector<Change<T>> changes;
    const auto add = [&](const std::string& key, const Object& before, const Object& after) {
      for (Change<T>& change : changes_between(key, before, after)) changes.push_back(std::move(change));
    };
    auto before = old.begin();
    auto after = fresh.begin();
    while (before != old.end() || after != fresh.end()) {
      if (after == fresh.end() || (before != old.end() && before->first < after->first)) {
        add(before->first, before->second, nullptr);
        ++before;
      } else if (before == old.end() || after->first < before->first) {
        add(after->first, nullptr, after->second);
        ++after;
      } else {
        add(before->first, before->second, after->second);
        ++before;
        ++after;
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
    for (const Change<T>& change : changes) changes_.notify(change);
    notify_progress();
  }

  Contents contents_;
  Contents staged_;
  std::map<std::string, Index, std::less<>> indexes_;
  Listeners<const Change<T>&> changes_;
};

}  // namespace snapstash::runtime
