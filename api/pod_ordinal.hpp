#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// `${POD_ORDINAL}` in the templates of a RestoreSession, as Stash expands it: shell-like, with exactly one variable.
///
///     ${POD_ORDINAL}                          the ordinal, decimal
///     ${X:-text} ${X:=text} ${X=text}         the default text when X is not POD_ORDINAL (text may hold ${…} itself)
///     ${#POD_ORDINAL}                         its length
///     ${POD_ORDINAL:offset} …:offset:length   a part; a negative offset counts from the end
///     ${POD_ORDINAL#pattern} ## % %%          without the shortest or longest prefix (#) or suffix (%) of that pattern
///     ${POD_ORDINAL/text/other} // /# /%      with the first, all, the leading, the trailing text replaced; `\/` is a
///     slash
///     ${POD_ORDINAL^} ^^ , ,,                 in upper or lower case: digits are unchanged
///     $$                                      a dollar sign; one before anything but { or $ stands for itself
namespace snapstash::api {

/// Returns `text` with all expressions replaced.
/// Errors: kInvalid. Unknown variables without a default say `input/default value not found for key X` (Stash's words).
Result<std::string> expand_pod_ordinal(std::string_view text, std::int32_t ordinal);

/// Returns `value` with the expressions in all its strings and keys replaced. Errors: as above.
Result<json::Value> expand_pod_ordinal_in(const json::Value& value, std::int32_t ordinal);

}  // namespace snapstash::api
