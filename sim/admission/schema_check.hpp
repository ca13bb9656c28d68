#pragma once
#include <string>

#include "kernel/json/value.hpp"
#include "sim/admission/field_error.hpp"

namespace snapstash::sim {

/// A value to be checked against a schema.
struct Checked {
  const json::Value* before = nullptr;  ///< What it was; nullptr = it was not there.
  const json::Value* now = nullptr;
  std::string field;  ///< Its path from the object, for the cause.
  std::string name;   ///< Its path from what the request writes, for the sentence; differs below /status.
};

/// Adds what is wrong with a value by its schema (kube-openapi's validate, without x-kubernetes-validations).
void check_value(const json::Value& schema, const Checked& value, Causes& causes);

}  // namespace snapstash::sim
