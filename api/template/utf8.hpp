#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// Characters of UTF-8 text, as Go's unicode/utf8 and unicode see them. Internal to the templates of hooks.
namespace snapstash::api::utf8 {

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  ///< In bytes.
  bool valid = true;     ///< If not, it is one byte that belongs to no character, and `code` is U+FFFD.
};

/// Returns what `text` begins with. REQUIRES: !text.empty().
Character first_of(std::string_view text);

/// Appends a character; what is none (a surrogate, beyond U+10FFFF) becomes U+FFFD.
void append(std::string& text, char32_t code);

/// Returns whether it is a Unicode code point that text may hold.
bool is_valid(char32_t code);

/// Returns the number of characters, as Go's RuneCountInString.
std::size_t count(std::string_view text);

/// Returns at most `most` characters from the beginning.
std::string_view head(std::string_view text, std::size_t most);

/// As Go's unicode.IsSpace.
bool is_space(char32_t code);

/// As Go's unicode.IsPrint, except that code points without a character yet count as printable.
bool is_printable(char32_t code);

}  // namespace snapstash::api::utf8
