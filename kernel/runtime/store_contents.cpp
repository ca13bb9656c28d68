#include "kernel/runtime/store_contents.hpp"

#include <algorithm>
#include <iterator>

namespace snapstash::runtime {

std::vector<AnyObject>::const_iterator Contents::lower_bound(const KeyParts& name) const {
  return std::ranges::lower_bound(objects_, name, {}, [this](const AnyObject& object) { return name_of(object); });
}

AnyObject Contents::find(std::string_view key) const {
  const KeyParts name = split_key(key);
  const auto it = lower_bound(name);
  return it != objects_.end() && name_of(*it) == name ? *it : nullptr;
}

std::string_view Contents::version_of(std::string_view key) const {
  if (const AnyObject object = find(key)) return kind_->metadata(object.get()).resource_version;
  const auto it = broken_.find(key);
  return it == broken_.end() ? std::string_view() : std::string_view(it->second.resource_version);
}

void Contents::put(AnyObject object) {
  const kube::ObjectMeta& metadata = kind_->metadata(object.get());
  if (!broken_.empty()) broken_.erase(key_of(metadata));
  const KeyParts name = runtime::name_of(metadata);
  const auto at = lower_bound(name) - objects_.cbegin();
  if (const auto it = objects_.begin() + at; it != objects_.end() && name_of(*it) == name) {
    *it = std::move(object);
  } else {
    objects_.insert(it, std::move(object));
  }
}

std::optional<Error> Contents::put_decoded(std::string key, const json::Value& json, const Identity& identity) {
  auto decoded = kind_->decode(json);
  if (decoded) {
    put(std::move(*decoded));
    return std::nullopt;
  }
  Error error = std::move(decoded).error();
  erase(key);
  broken_.insert_or_assign(
      std::move(key), Broken{std::string(identity.uid), std::string(identity.resource_version), error}
  );
  return error;
}

void Contents::erase(std::string_view key) {
  const KeyParts name = split_key(key);
  if (const auto it = lower_bound(name); it != objects_.end() && name_of(*it) == name) objects_.erase(it);
  if (const auto it = broken_.find(key); it != broken_.end()) broken_.erase(it);
}

void Contents::clear() {
  objects_ = {};
  broken_.clear();
}

std::vector<AnyChange> Contents::changes_between(
    const std::string& key, const AnyObject& before, const AnyObject& after
) const {
  if (before == after) return {};
  if (before && after && kind_->metadata(before.get()).uid != kind_->metadata(after.get()).uid) {
    return {{key, before, nullptr}, {key, nullptr, after}};
  }
  return {{key, before, after}};
}

std::vector<AnyChange> Contents::difference(const Contents& old, const Contents& fresh) {
  std::vector<AnyChange> changes;
  const auto add = [&](const AnyObject& before, const AnyObject& after) {
    if (before == after) return;
    const std::string key = key_of(fresh.kind_->metadata((before ? before : after).get()));
    std::ranges::move(fresh.changes_between(key, before, after), std::back_inserter(changes));
  };
  auto before = old.objects_.begin();
  auto after = fresh.objects_.begin();
  while (before != old.objects_.end() || after != fresh.objects_.end()) {
    const bool more_before = before != old.objects_.end();
    const bool more_after = after != fresh.objects_.end();
    if (!more_after || (more_before && old.name_of(*before) < fresh.name_of(*after))) {
      add(*before++, nullptr);
    } else if (!more_before || fresh.name_of(*after) < old.name_of(*before)) {
      add(nullptr, *after++);
    } else {
      add(*before++, *after++);
    }
  }
  return changes;
}

}  // namespace snapstash::runtime
