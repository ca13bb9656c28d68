#pragma once
#include <string>
#include <unordered_set>
#include <vector>

#include "kernel/json/value.hpp"
#include "sim/admission/field_error.hpp"

/// x-kubernetes-validations. There is no CEL here: the rules that our CRDs and external-snapshotter's have are written
/// out in C++, each under its text, so that a rule which changes is missed at once (cel_rules_test.cpp).
namespace snapstash::sim {

/// The rules of one schema, which must outlive them.
class CelRules {
 public:
  explicit CelRules(const json::Value& schema);

  bool empty() const { return carriers_.empty(); }
  /// Adds what the rules say against an object, and against what it has become from `before` (nullptr: it is created).
  void check(const json::Value* before, const json::Value& object, Causes& causes) const;

 private:
  const json::Value* schema_;
  std::unordered_set<const json::Value*>
      carriers_;  ///< The schema's nodes with rules at them or below; looked up only.
};

/// Returns the rules and message expressions of a schema that are not known here.
std::vector<std::string> unknown_rules(const json::Value& schema);

}  // namespace snapstash::sim
