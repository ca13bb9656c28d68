#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/runtime/listeners.hpp"

namespace snapstash::runtime {

/// Returns the key of an object: "namespace/name", or "name" for a cluster-scoped one.
std::string key_of(std::string_view namespace_, std::string_view name);
inline std::string key_of(const kube::ObjectMeta& metadata) { return key_of(metadata.namespace_, metadata.name); }

/// A key's two parts; the namespace is "" for a cluster-scoped object. Views into what they were made from.
struct KeyParts {
  std::string_view namespace_, name;
  friend auto operator<=>(const KeyParts&, const KeyParts&) = default;
};
KeyParts split_key(std::string_view key);
inline KeyParts name_of(const kube::ObjectMeta& metadata) { return {metadata.namespace_, metadata.name}; }

/// Who an object is, and which version of it, read from its JSON without decoding the rest. Views into the JSON.
struct Identity {
  std::string_view namespace_, name, uid, resource_version;
};
Identity identity_of(const json::Value& object);

/// An object that exists but cannot be read: all that is known of it.
struct Broken {
  std::string uid, resource_version;
  Error error;
};

/// Where a watcher puts what it sees. The other side of a Store.
class Sink {
 public:
  virtual ~Sink() = default;
  /// An initial list begins; what was staged before is dropped. The store keeps showing its old contents.
  virtual void begin_initial() = 0;
  /// Takes one object of the initial list. Returns what is wrong with an object that cannot be decoded; its key is
  /// kept.
  virtual std::optional<Error> stage(const json::Value& object) = 0;
  virtual void unstage(const json::Value& object) = 0;
  /// What was staged is the whole collection at `resource_version`. Returns false, and changes nothing, when the store
  /// already has a newer state.
  virtual bool commit(std::string_view resource_version) = 0;
  /// An object was added or changed. Returns as `stage`.
  virtual std::optional<Error> apply(const json::Value& object) = 0;
  virtual void remove(const json::Value& object) = 0;
  /// All up to `resource_version` has been seen.
  virtual void advance(std::string_view resource_version) = 0;
};

/// The part of a store that does not depend on its kind.
class StoreBase : public Sink {
 public:
  /// Whether an initial list has been taken in. Stays true: later lists replace the contents atomically.
  bool synced() const { return synced_; }
  /// Returns the version up to which everything has been seen; never goes back. "" before the first list.
  const std::string& resource_version() const { return resource_version_; }
  /// Whether a write that the server answered with `version` is contained, i.e. whether we can read what we wrote.
  /// Assumes `version` is of this store's resource type. True when versions cannot be compared.
  bool has_seen(std::string_view version) const;
  /// Returns how many events and lists were ignored for being older than what was known.
  std::uint64_t stale_skips() const { return stale_skips_; }

  /// Calls `listener` whenever `synced` or `resource_version` may have changed.
  [[nodiscard]] Subscription on_progress(std::function<void()> listener) { return progress_.add(std::move(listener)); }

  void advance(std::string_view resource_version) final;

 protected:
  /// Moves the version forward; never back.
  void move_to(std::string_view version);
  void note_synced() { synced_ = true; }
  void note_stale() { ++stale_skips_; }
  void notify_progress() const { progress_.notify(); }

 private:
  std::string resource_version_;
  std::uint64_t stale_skips_ = 0;
  Listeners<> progress_;
  bool synced_ = false;
};

}  // namespace snapstash::runtime
