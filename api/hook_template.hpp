#pragma once
#include <string>
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"

/// What the arguments of exec hooks and the bodies of httpPost hooks are written in: Go's text/template
/// (https://pkg.go.dev/text/template) with the functions of sprig that hooks use, as far as hooks need it:
///
///     {{ .Status.Phase }}                     a field; $ is the same as the dot
///     {{- … -}}  {{/* … */}}                  without the white space around it; a comment
///     {{ .Name | trunc 8 | printf "%q" }}     functions; what is piped is the last argument
///     {{ if eq .Status.Phase "Failed" }} … {{ else if … }} … {{ else }} … {{ end }}
///
/// Not there: range, with, define, template, block, variables, characters ('x') and complex numbers.
/// Different from Go, on purpose: a field that does not exist is an error, not "<no value>"; a wrong number of
/// arguments is one even in a branch that is not taken; repeat and indent take a negative number for 0; upper, lower
/// and title leave letters beyond ASCII alone.
///
/// No template hangs or exhausts memory: it may be 256 KiB long, nest 64 deep, and write 1 MiB; no text in it grows
/// beyond 1 MiB, and all its functions together work on no more than 16 MiB. Pure.
namespace snapstash::api {

/// Renders a template. `data` is what `.` is; numbers in it that are integral are integers.
/// Errors: kInvalid, a sentence with line and column and the remedy.
Result<std::string> render_template(std::string_view text, const json::Object& data);

/// Returns what is wrong with a template of a hook; "" = nothing. All branches are checked, those that would not be
/// taken, too: not only whether fields and functions exist (the sentence lists those that do), but also, with sample
/// values, whether their types go together.
std::string find_template_problem(std::string_view text);

}  // namespace snapstash::api
