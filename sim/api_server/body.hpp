#pragma once
#include "sim/admission/server_side_apply.hpp"
#include "sim/api_server/api_request.hpp"
#include "sim/api_server/failure.hpp"

/// The objects that requests carry.
namespace snapstash::sim {

/// Returns the body as a document.
/// Errors: 415 for a content type that is not JSON or YAML; 400 for what is no object of the request's type.
Answer<json::Value> read_object(const ApiRequest& request);

/// Returns the object as the server's own types would hold it: without what the type does not know, with defaults.
json::Value decoded(const ResourceType& type, json::Value object);
/// The same of what a client sent. Errors: 400 for what the types cannot hold.
Answer<json::Value> decode(const ResourceType& type, json::Value object);

/// Errors: 400 when the object names another namespace than the request; otherwise sets it.
Answer<void> match_namespace(const ApiRequest& request, json::Value& object);
/// Errors: 400 when the object has another name than the request.
Answer<void> match_name(const ApiRequest& request, const json::Value& object);

/// Returns the write as managedFields notes it.
Write write_of(const ApiRequest& request, WallTime now);

/// Returns an admission function's error as the server answers it.
Failure failure_of(const Error& error, const ResourceType& type, std::string_view name);

/// Returns `object["metadata"]`, which is made when it is missing.
json::Object& metadata_of(json::Value& object);

}  // namespace snapstash::sim
