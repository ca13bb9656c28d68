#pragma once
#include <string_view>

#include "kernel/base/time.hpp"
#include "kernel/json/value.hpp"
#include "sim/api_server/resources.hpp"

/// What each kind does of its own before it is written: its strategy (pkg/registry/*/*/strategy.go), without the
/// defaults and rules in sim/admission.
namespace snapstash::sim {

/// Drops what a creation may not set, and fills in the first status, the generation and what else only the server sets.
/// REQUIRES: the metadata has its uid.
void prepare_for_create(const ResourceType& type, json::Value& object);

/// Puts back what `subresource` ("" = the main endpoint) may not change, and counts the generation.
void prepare_for_update(
    const ResourceType& type, std::string_view subresource, const json::Value& before, json::Value& object
);

/// Metadata that no update changes (rest.BeforeUpdate).
void keep_system_metadata(const json::Value& before, json::Value& object);

bool may_be_created_by_update(const ResourceType& type);
/// Whether a PUT may do without a resourceVersion.
bool may_be_updated_unconditionally(const ResourceType& type);
/// Whether a delete answers with the object rather than with a Status.
bool answers_deletion_with_object(const ResourceType& type);
/// Whether dependents are orphaned unless the delete says otherwise.
bool orphans_by_default(const ResourceType& type);

}  // namespace snapstash::sim
