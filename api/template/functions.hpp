#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// Internal to the templates of hooks (hook_template.hpp): the functions that templates may call. They are those of
/// Go's text/template and of sprig (https://masterminds.github.io/sprig) with their arguments in the same order, so
/// that what is piped comes last. None reads the environment, the clock or a random number: what a hook says follows
/// from its session alone.
namespace snapstash::api::templates {

struct Function {
  std::string_view name;
  std::size_t least, most;  ///< Arguments.
  std::string_view takes;   ///< What each must be: s a string, i an integer, b a boolean, * anything. The last goes on.
  Result<json::Value> (*implementation)(std::span<const json::Value> arguments);
  std::optional<bool> decided_by =
      std::nullopt;  ///< The first argument with this truth is the answer; the rest is not evaluated.
};

/// Returns nullptr when there is none of that name.
const Function* find_function(std::string_view name);

/// Returns all names, with commas between.
std::string function_names();

/// Returns how many arguments it takes, in words.
std::string arity_of(const Function& function);

/// Calls it. REQUIRES: as many arguments as it takes.
/// Errors: kInvalid when an argument is of another type, or the answer is longer than kMaxBytes.
Result<json::Value> call(const Function& function, std::span<const json::Value> arguments);

/// Go's truth: everything but false, 0, "", nil and what has no elements.
bool is_true(const json::Value& value);

}  // namespace snapstash::api::templates
