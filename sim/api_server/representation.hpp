#pragma once
#include <string>

#include "sim/api_server/storage.hpp"

/// Objects as one API shows them. Only events differ from what is stored: they are stored as core/v1 has them, and
/// events.k8s.io/v1 calls half of the fields otherwise (pkg/apis/events/v1/conversion.go).
namespace snapstash::sim {

/// Returns the object's JSON as `type` shows it.
std::string text_in(const ResourceType& type, const StoredObject& object);

/// Returns the same without apiVersion and kind, where lists leave them out (built-in kinds).
std::string item_text_in(const ResourceType& type, const StoredObject& object);

/// Returns what is stored of an object that was written as `type`.
json::Value to_stored(const ResourceType& type, json::Value object);

/// A stored object as `type` shows it: itself, unless that has to be made anew. The object must outlive this.
class Shown {
 public:
  Shown(const ResourceType& type, const StoredObject& object);
  const json::Value& value() const { return converted_.is_null() ? stored_ : converted_; }

 private:
  const json::Value& stored_;
  json::Value converted_;
};

}  // namespace snapstash::sim
