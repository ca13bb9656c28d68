#pragma once
#include <optional>
#include <string>

#include "kernel/json/value.hpp"

namespace snapstash::conformance {

/// Compares what a server said with what a case expects, both JSON. An expectation is a plain value, which must be
/// equal (members in any order; its own members may be operators), or an object with one operator:
///
///     {$matches: REGEX}     text (or a number's), all of it
///     {$present: BOOL}      whether there is something; absent is not null
///     {$has: {...}}         an object with at least these members, each an expectation again
///     {$includes: X}        an array with an item that meets expectation X, or a text that contains X
///     {$items: [...]}       an array whose items meet these expectations, in any order
///     {$names: [...]}       an array of objects with these names, in this order
///     {$size: N}            an array or object of N members, a text of N bytes
///     {$newer: RV}          a resourceVersion greater than RV
///     {$not: X}, {$any: [...]}
///
/// Returns nothing when it is met, or a sentence that says how it is not. `found` nullptr = absent.
std::optional<std::string> unmet(const json::Value& expected, const json::Value* found);

/// Checks each member `POINTER: expectation` of `expected` against what the JSON Pointer leads to in `document`.
std::optional<std::string> unmet_pointers(const json::Object& expected, const json::Value& document);

}  // namespace snapstash::conformance
