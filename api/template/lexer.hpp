#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"

/// Internal to the templates of hooks (hook_template.hpp): their tokens, by the rules of Go's text/template/parse.
namespace snapstash::api::templates {

enum class TokenKind { kText, kOpen, kClose, kWord, kField, kDot, kString, kNumber, kPipe, kLeft, kRight, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  ///< As written; of kText, what trim markers left of it.
  std::size_t at = 0;     ///< Offset in the template, in bytes.
  bool spaced = false;    ///< White space stands before it. Arguments need some.
};

/// Returns the tokens of a template; the last is kEnd. They point into `text`. Comments are gone.
/// Errors: kInvalid, as `problem_at` says them.
Result<std::vector<Token>> tokenise(std::string_view text);

/// Returns what a string literal ("…" or `…`) stands for.
/// Errors: kInvalid, naming the escape sequence, without a place.
Result<std::string> unquote(std::string_view literal);

/// Returns kInvalid: `what`, after the line and the column (in characters, both from 1) of an offset.
std::unexpected<Error> problem_at(std::string_view text, std::size_t at, std::string_view what);

}  // namespace snapstash::api::templates
