#include "kernel/runtime/store_index.hpp"

#include <algorithm>

#include "kernel/runtime/object_key.hpp"

namespace snapstash::runtime {
namespace {

std::size_t hash(std::string_view value) { return std::hash<std::string_view>()(value); }

}  // namespace

void Index::rebuild(const std::vector<AnyObject>& all) {
  decltype(objects_)::sequence_type entries;
  for (const AnyObject& object : all) {
    for (const std::string& value : values_(object.get())) entries.emplace_back(hash(value), object);
  }
  entries.shrink_to_fit();
  objects_.adopt_sequence(std::move(entries));
}

void Index::insert(const AnyObject& object) {
  for (const std::string& value : values_(object.get())) objects_.emplace(hash(value), object);
}

void Index::erase(const AnyObject& object) {
  for (const std::string& value : values_(object.get())) {
    auto [it, end] = objects_.equal_range(hash(value));
    it = std::find_if(it, end, [&](const auto& entry) { return entry.second == object; });
    if (it != end) objects_.erase(it);
  }
}

std::vector<AnyObject> Index::find(std::string_view value) const {
  std::vector<AnyObject> found;
  const auto [begin, end] = objects_.equal_range(hash(value));
  for (auto it = begin; it != end; ++it) {
    const std::vector<std::string> actual = values_(it->second.get());
    if (std::ranges::find(actual, value) != actual.end()) found.push_back(it->second);
  }
  std::ranges::sort(found, {}, [this](const AnyObject& object) { return name_of(kind_->metadata(object.get())); });
  return found;
}

}  // namespace snapstash::runtime
