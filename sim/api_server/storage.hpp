#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/json/value.hpp"
#include "sim/api_server/resources.hpp"

/// etcd: all objects under one counter of revisions, and the log of what happened.
namespace snapstash::sim {

/// One object at one revision. Immutable; its text is made once, and shared by all who read or watch it.
class StoredObject {
 public:
  /// `value` has apiVersion and kind as its first members and carries `revision` as its resourceVersion.
  StoredObject(json::Value value, std::int64_t revision);

  const json::Value& value() const { return value_; }
  std::int64_t revision() const { return revision_; }
  const std::string& name() const { return name_; }
  const std::string& namespace_() const { return in_namespace_; }
  const std::string& uid() const { return uid_; }
  /// The object as JSON.
  const std::string& text() const;
  /// The same without apiVersion and kind, as lists of built-in kinds have their items.
  std::string text_of_item() const;

 private:
  json::Value value_;
  std::int64_t revision_;
  std::string name_, in_namespace_, uid_;
  mutable std::string text_;
};

using ObjectPtr = std::shared_ptr<const StoredObject>;

/// What happened at one revision.
struct Change {
  std::int64_t revision = 0;
  const ResourceType* type = nullptr;
  ObjectPtr before;  ///< nullptr: it was created.
  ObjectPtr after;   ///< nullptr: it was deleted.
  ObjectPtr gone;    ///< Of a deletion: its last state, at the revision of the deletion.
  /// Returns the object that it is about.
  const StoredObject& object() const { return after ? *after : *gone; }
};

/// Returns a copy of `object` that carries `revision`: what a watch is shown of an object that is gone.
ObjectPtr at_revision(const StoredObject& object, std::int64_t revision);

class Storage {
 public:
  /// The first change has the revision after `revision`.
  explicit Storage(std::int64_t revision = 1000);
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  /// Returns nullptr when there is none.
  ObjectPtr find(const ResourceType& type, std::string_view namespace_, std::string_view name) const;
  /// Returns the objects in the order of `namespace/name`; namespace "" = all.
  std::vector<ObjectPtr> list(const ResourceType& type, std::string_view namespace_ = "") const;
  /// Returns the same as of an earlier revision. REQUIRES: started() <= revision <= this->revision().
  std::vector<ObjectPtr> list_at(const ResourceType& type, std::string_view namespace_, std::int64_t revision) const;
  /// Returns the number of objects in a namespace ("" = all).
  std::size_t count(const ResourceType& type, std::string_view namespace_) const;

  /// The revision of the last change.
  std::int64_t revision() const { return revision_; }

  /// Writes an object, whose metadata says where to; gives it its resourceVersion. Returns what is stored now.
  ObjectPtr put(const ResourceType& type, json::Value object);
  /// Does nothing when there is no such object.
  void remove(const ResourceType& type, std::string_view namespace_, std::string_view name);

  /// Returns the change that made `revision`. REQUIRES: started() < revision <= this->revision().
  const Change& change(std::int64_t revision) const;
  /// The revision of the empty store.
  std::int64_t started() const { return started_; }
  /// Lists as of before this revision, and what continues them, have expired.
  std::int64_t compacted() const { return compacted_; }
  void compact(std::int64_t revision);

  /// Ends a subscription when it is destroyed. The storage must outlive it.
  class [[nodiscard]] Subscription {
   public:
    Subscription() = default;
    explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
    Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, {})) {}
    Subscription& operator=(Subscription&& other) noexcept {
      if (end_) end_();
      end_ = std::exchange(other.end_, {});
      return *this;
    }
    ~Subscription() {
      if (end_) end_();
    }

   private:
    std::function<void()> end_;
  };

  /// Calls `callback` after each change, before the write that made it returns. It must not write; let it post.
  Subscription on_change(std::function<void(const Change&)> callback);

 private:
  using Collection = std::map<std::string, ObjectPtr, std::less<>>;  // by "namespace/name", as etcd's keys sort
  void record(Change change);

  std::int64_t started_, revision_, compacted_;
  std::vector<Collection> collections_;
  std::vector<Change> log_;
  std::list<std::function<void(const Change&)>> callbacks_;
};

}  // namespace snapstash::sim
