#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/flat_map.hpp>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/runtime/object_key.hpp"

/// What a store holds, without its type: compiled once, not once for each kind.
namespace snapstash::runtime {

/// An object of a kind that only the store knows.
using AnyObject = std::shared_ptr<const void>;

/// All that the code below needs to know of a kind.
struct AnyKind {
  const kube::ObjectMeta& (*metadata)(const void* object);
  Result<AnyObject> (*decode)(const json::Value& json);
};

/// As Change, of a kind that only the store knows.
struct AnyChange {
  std::string key;
  AnyObject before, after;
};

/// An object that exists but cannot be read: all that is known of it.
struct Broken {
  std::string uid, resource_version;
  Error error;
};

/// One state of a collection: its objects, by namespace and name.
class Contents {
 public:
  explicit Contents(const AnyKind& kind) : kind_(&kind) {}

  /// Returns the object, or nullptr.
  AnyObject find(std::string_view key) const;
  /// Returns the version of what is there under `key`, "" when nothing is.
  std::string_view version_of(std::string_view key) const;
  const std::vector<AnyObject>& objects() const { return objects_; }
  const std::map<std::string, Broken, std::less<>>& broken() const { return broken_; }

  void put(AnyObject object);
  /// Takes what `json` describes. Returns what is wrong with it when it cannot be read; then its key is kept as broken.
  std::optional<Error> put_decoded(std::string key, const json::Value& json, const Identity& identity);
  void erase(std::string_view key);
  void clear();
  void shrink_to_fit() { objects_.shrink_to_fit(); }

  /// Returns what lies between two states, in the order of namespace and name.
  static std::vector<AnyChange> difference(const Contents& old, const Contents& fresh);
  /// Returns the change of one object: none, one, or two when the name has passed to another.
  std::vector<AnyChange> changes_between(const std::string& key, const AnyObject& before, const AnyObject& after) const;

 private:
  KeyParts name_of(const AnyObject& object) const { return runtime::name_of(kind_->metadata(object.get())); }
  std::vector<AnyObject>::const_iterator lower_bound(const KeyParts& name) const;

  const AnyKind* kind_;
  /// Sorted by what they are named, which is not kept a second time.
  std::vector<AnyObject> objects_;
  std::map<std::string, Broken, std::less<>> broken_;
};

/// Finds objects by values that a function names. By the values' hashes, so that none is kept twice.
class Index {
 public:
  using Values = std::function<std::vector<std::string>(const void* object)>;

  Index(const AnyKind& kind, Values values) : kind_(&kind), values_(std::move(values)) {}

  /// One sort, where inserting one after the other would move the rest each time.
  void rebuild(const std::vector<AnyObject>& all);
  void insert(const AnyObject& object);
  void erase(const AnyObject& object);
  /// Returns the objects, in the order of namespace and name.
  std::vector<AnyObject> find(std::string_view value) const;

 private:
  const AnyKind* kind_;
  Values values_;
  boost::container::flat_multimap<std::size_t, AnyObject> objects_;
};

}  // namespace snapstash::runtime
