#pragma once
#include <string>
#include <vector>

#include "kernel/json/value.hpp"

namespace snapstash::blueprint {

/// A name and what stands for it: {"TARGET_NAME", "web"}.
struct Variable {
  std::string name, value;
};

/// Puts values in the place of `${NAME}` in every text of a value; not in the names of members. What is no variable
/// of these stays as it is, and what was put in is not looked at again: hooks have variables of their own. Pure.
void substitute(json::Value& value, const std::vector<Variable>& variables);

/// Returns the names that stand in texts of a value as `${TARGET_...}`, in their order, each once: once values have
/// been put in, those that nothing stands for.
std::vector<std::string> target_variables(const json::Value& value);

}  // namespace snapstash::blueprint
