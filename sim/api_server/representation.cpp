#include "sim/api_server/representation.hpp"

#include <utility>

namespace snapstash::sim {
namespace {

struct Renamed {
  const char* core;
  const char* events;
};
constexpr Renamed kRenamed[] = {
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
    {"reportingComponent", "reportingController"},
};

bool is_renamed(const ResourceType& type) { return type.resource.group == "events.k8s.io"; }

// Moves the members to their other names, in place.
void rename(json::Object& object, const char* api_version, const char* Renamed::* from, const char* Renamed::* to) {
  object["apiVersion"] = api_version;
  for (const Renamed& names : kRenamed) {
    json::Value* found = object.if_contains(names.*from);
    if (found == nullptr) continue;
    json::Value value = std::move(*found);
    object.erase(names.*from);
    object[names.*to] = std::move(value);
  }
}

}  // namespace

std::string text_in(const ResourceType& type, const StoredObject& object) {
  if (!is_renamed(type)) return object.text();
  return json::serialize(Shown(type, object).value());
}

std::string item_text_in(const ResourceType& type, const StoredObject& object) {
  if (type.custom) return object.text();
  if (!is_renamed(type)) return object.text_of_item();
  json::Value shown = Shown(type, object).value();
  shown.as_object().erase("apiVersion");
  shown.as_object().erase("kind");
  return json::serialize(shown);
}

json::Value to_stored(const ResourceType& type, json::Value object) {
  if (is_renamed(type)) rename(object.as_object(), "v1", &Renamed::events, &Renamed::core);
  return object;
}

Shown::Shown(const ResourceType& type, const StoredObject& object) : stored_(object.value()) {
  if (!is_renamed(type)) return;
  converted_ = json::clone(stored_);
  rename(converted_.as_object(), "events.k8s.io/v1", &Renamed::core, &Renamed::events);
}

}  // namespace snapstash::sim
