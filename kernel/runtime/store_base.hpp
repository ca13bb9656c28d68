#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/runtime/listeners.hpp"
#include "kernel/runtime/store_contents.hpp"
#include "kernel/runtime/store_index.hpp"

namespace snapstash::runtime {

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
  /// Returns the version of the object that is here under `key`, "" when there is none.
  std::string_view version_of(std::string_view key) const { return contents_.version_of(key); }
  /// Returns how many events and lists were ignored for being older than what was known.
  std::uint64_t stale_skips() const { return stale_skips_; }

  /// Returns what is known of an object that exists but could not be decoded, or nullptr.
  const Broken* broken(std::string_view key) const;
  const std::map<std::string, Broken, std::less<>>& all_broken() const { return contents_.broken(); }

  /// Calls `listener` whenever `synced` or `resource_version` may have changed.
  [[nodiscard]] Subscription on_progress(std::function<void()> listener) { return progress_.add(std::move(listener)); }

  // ---- Sink: the writer's side ----
  void begin_initial() final { staged_.clear(); }
  std::optional<Error> stage(const json::Value& json) final;
  void unstage(const json::Value& json) final;
  bool commit(std::string_view version) final;
  std::optional<Error> apply(const json::Value& json) final;
  void remove(const json::Value& json) final;
  void advance(std::string_view resource_version) final;

 protected:
  /// REQUIRES: `kind` lives as long as the program.
  explicit StoreBase(const AnyKind& kind) : kind_(kind), contents_(kind), staged_(kind) {}

  const Contents& contents() const { return contents_; }
  void add_any_index(std::string name, Index::Values values);
  std::vector<AnyObject> find_any(std::string_view index, std::string_view value) const;
  [[nodiscard]] Subscription on_any_change(std::function<void(const AnyChange&)> listener) {
    return changes_.add(std::move(listener));
  }

 private:
  bool is_same(const AnyObject& object, const Identity& identity) const;
  /// Events come in the order of their versions, so an older one has been dealt with: taking it again could bring back
  /// what is deleted.
  bool is_repeated(const Identity& identity) const;
  /// Moves the version forward; never back.
  void move_to(std::string_view version);
  /// All indexes first, then the listeners: who is told of one change may look at everything.
  void show(const std::vector<AnyChange>& changes);
  void announce(const std::vector<AnyChange>& changes);

  const AnyKind& kind_;
  Contents contents_;
  Contents staged_;
  std::map<std::string, Index, std::less<>> indexes_;
  Listeners<const AnyChange&> changes_;
  Listeners<> progress_;
  std::string resource_version_;
  std::uint64_t stale_skips_ = 0;
  bool synced_ = false;
};

}  // namespace snapstash::runtime
