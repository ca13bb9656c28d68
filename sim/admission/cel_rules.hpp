#pragma once
#include <string>
#include <vector>

#include "kernel/json/value.hpp"
#include "sim/admission/field_error.hpp"

/// x-kubernetes-validations. There is no CEL here: the rules that our CRDs and external-snapshotter's have are written
/// out in C++, each under its text, so that a rule which changes is missed at once (cel_rules_test.cpp).
namespace snapstash::sim {

/// Whether a schema has rules anywhere.
bool has_rules(const json::Value& schema);

/// Adds what the rules say against an object, and against what it has become from `before` (nullptr: it is created).
void check_rules(const json::Value& schema, const json::Value* before, const json::Value& object, Causes& causes);

/// Returns the rules and message expressions of a schema that are not known here.
std::vector<std::string> unknown_rules(const json::Value& schema);

}  // namespace snapstash::sim
