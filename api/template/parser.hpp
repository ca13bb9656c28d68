#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "api/template/functions.hpp"
#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// Internal to the templates of hooks (hook_template.hpp): a template as a tree. It points into the template's text.
namespace snapstash::api::templates {

struct Command;
using Pipeline = std::vector<Command>;       ///< Each one's value is the last argument of the next.
using Path = std::vector<std::string_view>;  ///< `.A.B`; empty is the dot itself.

struct Operand {
  std::size_t at = 0;  ///< Offset in the template.
  std::variant<json::Value, Path, const Function*, Pipeline> what;
};

/// A function and its arguments, or a single value.
struct Command {
  std::vector<Operand> operands;
};

struct Node;
using Nodes = std::vector<Node>;

struct Branch {
  std::optional<Pipeline> condition;  ///< None: the plain else.
  Nodes body;
};

/// Text, a value to write, or the branches of an if.
struct Node {
  std::variant<std::string_view, Pipeline, std::vector<Branch>> what;
};

/// Reads a template. What Go finds out when it runs (a wrong number of arguments, a pipe into something that is no
/// function) is an error here, too. `else if` may go on as long as it likes; ifs and parentheses nest 64 deep.
/// Errors: kInvalid, a sentence with line and column.
Result<Nodes> parse_template(std::string_view text);

}  // namespace snapstash::api::templates
