#include "kernel/runtime/store_base.hpp"

#include <utility>

#include "kernel/runtime/resource_version.hpp"

namespace snapstash::runtime {
namespace {

Error nameless() { return Error(Code::kMalformed, "an object without a name"); }

}  // namespace

bool StoreBase::has_seen(std::string_view version) const {
  return version.empty() || (!resource_version_.empty() && !is_older(resource_version_, version));
}

const Broken* StoreBase::broken(std::string_view key) const {
  const auto it = contents_.broken().find(key);
  return it == contents_.broken().end() ? nullptr : &it->second;
}

void StoreBase::add_any_index(std::string name, Index::Values values) {
  Index index(kind_, std::move(values));
  index.rebuild(contents_.objects());
  indexes_.insert_or_assign(std::move(name), std::move(index));
}

std::vector<AnyObject> StoreBase::find_any(std::string_view index, std::string_view value) const {
  const auto it = indexes_.find(index);
  return it == indexes_.end() ? std::vector<AnyObject>() : it->second.find(value);
}

std::optional<Error> StoreBase::stage(const json::Value& json) {
  const Identity identity = identity_of(json);
  if (identity.name.empty()) return nameless();
  std::string key = key_of(identity.namespace_, identity.name);
  if (is_older(identity.resource_version, staged_.version_of(key))) {
    ++stale_skips_;
    return std::nullopt;
  }
  // Most objects of a later list have not changed: they need no decoding, and keep their place in memory.
  if (AnyObject known = contents_.find(key); is_same(known, identity)) {
    staged_.put(std::move(known));
    return std::nullopt;
  }
  return staged_.put_decoded(std::move(key), json, identity);
}

void StoreBase::unstage(const json::Value& json) {
  const Identity identity = identity_of(json);
  staged_.erase(key_of(identity.namespace_, identity.name));
}

bool StoreBase::commit(std::string_view version) {
  Contents fresh = std::exchange(staged_, Contents(kind_));
  fresh.shrink_to_fit();
  if (is_older(version, resource_version_)) {
    ++stale_skips_;
    return false;
  }
  const Contents old = std::exchange(contents_, std::move(fresh));
  const std::vector<AnyChange> changes = Contents::difference(old, contents_);
  for (auto& [name, index] : indexes_) index.rebuild(contents_.objects());
  move_to(version);
  synced_ = true;
  announce(changes);
  return true;
}

std::optional<Error> StoreBase::apply(const json::Value& json) {
  const Identity identity = identity_of(json);
  if (identity.name.empty()) return nameless();
  const std::string key = key_of(identity.namespace_, identity.name);
  const AnyObject before = contents_.find(key);
  if (is_repeated(identity) || is_same(before, identity)) {
    ++stale_skips_;
    return std::nullopt;
  }
  auto problem = contents_.put_decoded(key, json, identity);
  move_to(identity.resource_version);
  show(contents_.changes_between(key, before, contents_.find(key)));
  return problem;
}

void StoreBase::remove(const json::Value& json) {
  const Identity identity = identity_of(json);
  if (is_repeated(identity)) {
    ++stale_skips_;
    return;
  }
  const std::string key = key_of(identity.namespace_, identity.name);
  const AnyObject before = contents_.find(key);
  contents_.erase(key);
  move_to(identity.resource_version);
  show(contents_.changes_between(key, before, nullptr));
}

void StoreBase::advance(std::string_view version) {
  move_to(version);
  progress_.notify();
}

bool StoreBase::is_same(const AnyObject& object, const Identity& identity) const {
  if (!object || identity.resource_version.empty()) return false;
  const kube::ObjectMeta& metadata = kind_.metadata(object.get());
  return metadata.uid == identity.uid && metadata.resource_version == identity.resource_version;
}

bool StoreBase::is_repeated(const Identity& identity) const {
  return is_older(identity.resource_version, resource_version_);
}

void StoreBase::move_to(std::string_view version) {
  if (version.empty() || is_older(version, resource_version_)) return;
  resource_version_ = version;
}

void StoreBase::show(const std::vector<AnyChange>& changes) {
  for (const AnyChange& change : changes) {
    for (auto& [name, index] : indexes_) {
      if (change.before) index.erase(change.before);
      if (change.after) index.insert(change.after);
    }
  }
  announce(changes);
}

void StoreBase::announce(const std::vector<AnyChange>& changes) {
  for (const AnyChange& change : changes) changes_.notify(change);
  progress_.notify();
}

}  // namespace snapstash::runtime
