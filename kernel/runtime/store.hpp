#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
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
/// versions are ignored. Objects are handed out shared and constant; nothing is copied. Iteration is in the order of
/// namespace and name.
/// One writer, the watcher, through Sink; everybody else sees the const interface and subscriptions.
template <class T>
class Store final : public StoreBase {
 public:
  using Object = std::shared_ptr<const T>;
  using Objects = std::vector<Object>;
  using IndexFunction = std::function<std::vector<std::string>(const T&)>;

  Store() : StoreBase(kKind) {}

  /// Returns the object, or nullptr when there is none, or none that can be read (see `broken`).
  Object get(std::string_view key) const { return cast(contents().find(key)); }

  /// Returns what is here now, in the order of namespace and name; later changes do not touch it.
  Objects objects() const { return cast_all(contents().objects()); }
  std::size_t size() const { return contents().objects().size(); }

  /// Adds a secondary index: `values` (pure) names the values under which an object is found. Objects that are here
  /// already are indexed at once.
  void add_index(std::string name, IndexFunction values) {
    add_any_index(std::move(name), [values = std::move(values)](const void* object) {
      return values(*static_cast<const T*>(object));
    });
  }

  /// Returns the objects that an index finds under `value`, in the order of namespace and name; none for an index that
  /// does not exist.
  std::vector<Object> find_by(std::string_view index, std::string_view value) const {
    return cast_all(find_any(index, value));
  }

  /// Calls `listener` for every change, after the store shows it.
  [[nodiscard]] Subscription on_change(std::function<void(const Change<T>&)> listener) {
    return on_any_change([listener = std::move(listener)](const AnyChange& change) {
      listener({change.key, cast(change.before), cast(change.after)});
    });
  }

 private:
  static Object cast(const AnyObject& object) { return std::static_pointer_cast<const T>(object); }
  static Objects cast_all(const std::vector<AnyObject>& objects) {
    Objects all;
    all.reserve(objects.size());
    for (const AnyObject& object : objects) all.push_back(cast(object));
    return all;
  }
  static const kube::ObjectMeta& metadata_of(const void* object) { return static_cast<const T*>(object)->metadata; }
  static Result<AnyObject> decode(const json::Value& json) {
    auto decoded = json::decode<T>(json);
    if (!decoded) return fail(std::move(decoded).error());
    return std::make_shared<const T>(std::move(*decoded));
  }
  static constexpr AnyKind kKind{&metadata_of, &decode};
};

}  // namespace snapstash::runtime
