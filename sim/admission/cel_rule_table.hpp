#pragma once
#include <string_view>

#include "kernel/json/value.hpp"

namespace snapstash::sim {

/// A CEL rule of a CRD, by its text, and what it says. `old` is nullptr when there was nothing before.
struct CelRule {
  std::string_view text;
  bool (*holds)(const json::Value& self, const json::Value* old);
  bool of_transition = false;  ///< It speaks of oldSelf.
};

/// Returns nullptr for a text that is not known here.
const CelRule* find_cel_rule(std::string_view text);

}  // namespace snapstash::sim
