#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/runtime/any_object.hpp"
#include "kernel/runtime/object_key.hpp"

namespace snapstash::runtime {

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

}  // namespace snapstash::runtime
