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
/// Returns the object as `type` shows it.
json::Value from_stored(const ResourceType& type, const json::Value& stored);

}  // namespace snapstash::sim
