#include "sim/admission/managed_fields.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace snapstash::sim {
namespace {

constexpr std::size_t kMaxUpdaters = 10;  // managedfields.DefaultMaxUpdateManagers

json::Object* metadata_of(json::Value& object) {
  json::Object* all = object.if_object();
  json::Value* metadata = all == nullptr ? nullptr : all->if_contains("metadata");
  return metadata == nullptr ? nullptr : metadata->if_object();
}

std::string text_of(const json::Value& entry, std::string_view pointer) {
  return std::string(json::find_string(entry, pointer));
}

json::Value to_json(const Manager& manager) {
  json::Object entry;
  if (!manager.api_version.empty()) entry["apiVersion"] = manager.api_version;
  entry["fieldsType"] = "FieldsV1";
  entry["fieldsV1"] = manager.fields.to_json();
  entry["manager"] = manager.name;
  entry["operation"] = manager.operation;
  if (!manager.subresource.empty()) entry["subresource"] = manager.subresource;
  if (!manager.time.empty()) entry["time"] = manager.time;
  return entry;
}

// Times of this form sort as texts do.
auto order_of(const Manager& manager) {
  return std::tie(manager.operation, manager.time, manager.name, manager.api_version, manager.subresource);
}

void merge_oldest_updaters(Managers& managers) {
  auto updaters = static_cast<std::size_t>(std::ranges::count_if(managers, [](auto& each) { return !each.applies(); }));
  if (updaters <= kMaxUpdaters) return;
  std::ranges::sort(managers, {}, order_of);
  const auto first = std::ranges::find_if(managers, [](auto& each) { return !each.applies(); });
  Manager& bucket = *first;
  bucket.name = "ancient-changes";
  bucket.subresource.clear();
  for (auto next = first + 1; next != managers.end() && updaters > kMaxUpdaters;) {
    if (next->api_version != bucket.api_version) {
      ++next;
      continue;
    }
    bucket.fields.add(next->fields);
    bucket.time = next->time;
    next = managers.erase(next);
    --updaters;
  }
}

}  // namespace

Managers managers_of(const json::Value& object) {
  Managers managers;
  const json::Array* entries = json::find_array(object, "/metadata/managedFields");
  if (entries == nullptr) return managers;
  for (const json::Value& entry : *entries) {
    Manager manager{
        .name = text_of(entry, "/manager"),
        .operation = text_of(entry, "/operation"),
        .api_version = text_of(entry, "/apiVersion"),
        .subresource = text_of(entry, "/subresource"),
        .time = text_of(entry, "/time"),
        .fields = {}
    };
    if (const json::Value* fields = json::find_key(entry, "fieldsV1")) manager.fields = FieldSet::from_json(*fields);
    const bool known = manager.operation == "Apply" || manager.operation == "Update";
    if (!known || manager.api_version.empty() || text_of(entry, "/fieldsType") != "FieldsV1") return {};
    managers.push_back(std::move(manager));
  }
  return managers;
}

void set_managers(json::Value& object, Managers managers) {
  json::Object* metadata = metadata_of(object);
  if (metadata == nullptr) return;
  metadata->erase("managedFields");
  if (managers.empty()) return;
  merge_oldest_updaters(managers);
  std::ranges::sort(managers, {}, order_of);
  json::Array entries;
  entries.reserve(managers.size());
  for (const Manager& manager : managers) entries.push_back(to_json(manager));
  metadata->emplace("managedFields", std::move(entries));
}

Manager* find_manager(Managers& managers, const Manager& like) {
  const auto found = std::ranges::find_if(managers, [&](const Manager& each) { return each.is(like); });
  return found == managers.end() ? nullptr : &*found;
}

void drop_managed_fields(json::Value& object) {
  if (json::Object* metadata = metadata_of(object)) metadata->erase("managedFields");
}

}  // namespace snapstash::sim
