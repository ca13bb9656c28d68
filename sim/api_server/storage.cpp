#include "sim/api_server/storage.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

std::string key_of(std::string_view namespace_, std::string_view name) {
  return fmt::format("{}/{}", namespace_, name);
}
std::string key_of(const StoredObject& object) { return key_of(object.namespace_(), object.name()); }

// apiVersion and kind first, so that text_of_item() can leave them out; the rest in the order it has.
json::Value in_order(json::Value object, std::int64_t revision) {
  json::Object& from = object.as_object();
  json::Object to;
  to.reserve(from.size());
  for (const char* const key : {"apiVersion", "kind", "metadata"}) to.emplace(key, std::move(from[key]));
  for (auto& [key, value] : from) {
    if (!to.contains(key)) to.emplace(key, std::move(value));
  }
  to["metadata"].as_object()["resourceVersion"] = fmt::format("{}", revision);
  return to;
}

}  // namespace

StoredObject::StoredObject(json::Value value, std::int64_t revision)
    : value_(std::move(value)),
      revision_(revision),
      name_(json::find_string(value_, "/metadata/name")),
      in_namespace_(json::find_string(value_, "/metadata/namespace")),
      uid_(json::find_string(value_, "/metadata/uid")) {}

const std::string& StoredObject::text() const {
  if (text_.empty()) text_ = json::serialize(value_);
  return text_;
}

std::string StoredObject::text_of_item() const {
  constexpr std::string_view kNext = R"(,"metadata":)";
  std::string item = "{";
  return item.append(text(), text().find(kNext) + 1);
}

ObjectPtr at_revision(const StoredObject& object, std::int64_t revision) {
  return std::make_shared<StoredObject>(in_order(json::clone(object.value()), revision), revision);
}

Storage::Storage(std::int64_t revision)
    : started_(revision), revision_(revision), compacted_(revision), collections_(collection_count()) {}

ObjectPtr Storage::find(const ResourceType& type, std::string_view namespace_, std::string_view name) const {
  const Collection& collection = collections_[type.index];
  const auto found = collection.find(key_of(namespace_, name));
  return found == collection.end() ? nullptr : found->second;
}

std::vector<ObjectPtr> Storage::list(const ResourceType& type, std::string_view namespace_) const {
  const Collection& collection = collections_[type.index];
  const std::string prefix = namespace_.empty() ? "" : key_of(namespace_, "");
  std::vector<ObjectPtr> objects;
  for (auto at = collection.lower_bound(prefix); at != collection.end() && at->first.starts_with(prefix); ++at) {
    objects.push_back(at->second);
  }
  return objects;
}

std::vector<ObjectPtr> Storage::list_at(const ResourceType& type, std::string_view namespace_, std::int64_t revision)
    const {
  std::map<std::string, ObjectPtr> then;
  for (ObjectPtr& object : list(type, namespace_)) then[key_of(*object)] = std::move(object);
  for (std::int64_t undo = revision_; undo > revision; --undo) {
    const Change& made = change(undo);
    if (made.type->index != type.index) continue;
    if (!namespace_.empty() && made.object().namespace_() != namespace_) continue;
    then[key_of(made.object())] = made.before;
  }
  std::vector<ObjectPtr> objects;
  for (auto& [key, object] : then) {
    if (object) objects.push_back(std::move(object));
  }
  return objects;
}

std::size_t Storage::count(const ResourceType& type, std::string_view namespace_) const {
  return namespace_.empty() ? collections_[type.index].size() : list(type, namespace_).size();
}

ObjectPtr Storage::put(const ResourceType& type, json::Value object) {
  const std::int64_t revision = revision_ + 1;
  auto stored = std::make_shared<const StoredObject>(in_order(std::move(object), revision), revision);
  ObjectPtr& place = collections_[type.index][key_of(*stored)];
  ObjectPtr before = std::exchange(place, stored);
  record({.revision = revision, .type = &type, .before = std::move(before), .after = stored, .gone = nullptr});
  return stored;
}

void Storage::remove(const ResourceType& type, std::string_view namespace_, std::string_view name) {
  Collection& collection = collections_[type.index];
  const auto found = collection.find(key_of(namespace_, name));
  if (found == collection.end()) return;
  ObjectPtr before = std::move(found->second);
  collection.erase(found);
  const std::int64_t revision = revision_ + 1;
  ObjectPtr gone = at_revision(*before, revision);
  record({.revision = revision, .type = &type, .before = std::move(before), .after = nullptr, .gone = std::move(gone)});
}

void Storage::record(Change change) {
  revision_ = change.revision;
  log_.push_back(std::move(change));
  // A copy: the log may grow again, and the list may lose its callback, while they are called.
  const Change made = log_.back();
  for (auto at = callbacks_.begin(); at != callbacks_.end();) {
    const auto& callback = *at++;
    if (callback) callback(made);
  }
}

const Change& Storage::change(std::int64_t revision) const {
  return log_[static_cast<std::size_t>(revision - started_ - 1)];
}

void Storage::compact(std::int64_t revision) { compacted_ = std::max(compacted_, std::min(revision, revision_)); }

Storage::Subscription Storage::on_change(std::function<void(const Change&)> callback) {
  callbacks_.push_back(std::move(callback));
  return Subscription([this, place = std::prev(callbacks_.end())] { callbacks_.erase(place); });
}

}  // namespace snapstash::sim
