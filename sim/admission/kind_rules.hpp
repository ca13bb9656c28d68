#pragma once
#include <string_view>

#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"
#include "sim/admission/field_error.hpp"

/// What the API server fills in and checks, kind by kind, with its own sentences. Built-in kinds follow
/// pkg/apis/*/v1/defaults.go and pkg/apis/*/validation as far as something here writes or reads it; for our kinds, the
/// CRDs' CEL rules are what api::validate() and api::validate_update() say.
namespace snapstash::sim {

/// Fills in defaults, of custom kinds those of their schema. Idempotent.
void set_defaults(const kube::Resource& resource, json::Value& object);

/// Returns what is wrong with `object`, its metadata included, and with the change from `before` (nullptr: it is
/// created). `subresource` is "" or "status". Custom kinds are checked by their schema first.
Causes validate_object(
    const kube::Resource& resource, std::string_view subresource, const json::Value* before, const json::Value& object
);

/// Only the rules of the kind, without metadata and schema.
Causes validate_kind(const kube::Resource& resource, const json::Value* before, const json::Value& object);

/// Only metadata (apimachinery's validation.ValidateObjectMeta and ValidateObjectMetaUpdate).
Causes validate_metadata(const kube::Resource& resource, const json::Value* before, const json::Value& object);

}  // namespace snapstash::sim
