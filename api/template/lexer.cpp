#include "api/template/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/template/utf8.hpp"

namespace snapstash::api::templates {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kNoVariables =
    "variables are not supported in the templates of hooks: write the expression in its place, in parentheses";

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Letters beyond ASCII count, as in Go; their bytes are enough to tell.
bool is_word(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || static_cast<signed char>(c) < 0;
}

// Go's text/template: "for this trimming, the definition of white space characters is […] space, horizontal tab,
// carriage return, and newline", and the minus needs one of them between itself and the pipeline.
bool has_left_trim_marker(std::string_view text) { return text.size() >= 2 && text[0] == '-' && is_space(text[1]); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (at_ < text_.size()) {
      const std::size_t open = std::min(text_.find("{{", at_), text_.size());
      std::string_view plain = text_.substr(at_, open - at_);
      if (open < text_.size() && has_left_trim_marker(text_.substr(open + 2))) {
        plain = plain.substr(0, plain.find_last_not_of(kSpace) + 1);
      }
      if (!plain.empty()) tokens_.push_back({TokenKind::kText, plain, at_});
      at_ = open;
      if (open == text_.size()) break;
      if (auto done = action(); !done) return fail(std::move(done).error());
    }
    tokens_.push_back({TokenKind::kEnd, {}, text_.size()});
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  std::unexpected<Error> wrong(std::size_t at, std::string_view what) const { return problem_at(text_, at, what); }

  void add(TokenKind kind, std::size_t end, bool spaced) {
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_, spaced});
    at_ = end;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

  // The end of an action, if it is next: }} or, after white space, -}}.
  bool take_close(bool spaced) {
    const bool trims = spaced && rest().starts_with("-}}");
    if (!trims && !rest().starts_with("}}")) return false;
    at_ += trims ? 3 : 2;
    if (trims) skip_space();
    return true;
  }

  // From {{ to behind }}.
  Result<void> action() {
    const std::size_t begin = at_;
    at_ += 2;
    const std::size_t inside = has_left_trim_marker(rest()) ? at_ + 2 : at_;
    if (text_.substr(inside).starts_with("/*")) return comment(begin, inside);
    tokens_.push_back({TokenKind::kOpen, text_.substr(begin, 2), begin});
    at_ = inside;
    while (true) {
      const std::size_t before = at_;
      skip_space();
      const bool spaced = at_ > before;
      const std::size_t here = at_;
      if (take_close(spaced)) {
        if (!parentheses_.empty()) return wrong(parentheses_.back(), "this ( is never closed: add )");
        tokens_.push_back({TokenKind::kClose, "}}", here, spaced});
        return {};
      }
      if (at_ == text_.size()) return wrong(begin, "this {{ is never closed: add }}");
      if (auto done = token(spaced); !done) return done;
    }
  }

  Result<void> comment(std::size_t begin, std::size_t inside) {
    const std::size_t end = text_.find("*/", inside + 2);
    if (end == std::string_view::npos) return wrong(begin, "this comment is never closed: add */}}");
    at_ = end + 2;
    const bool spaced = at_ < text_.size() && is_space(text_[at_]);
    if (spaced && text_.substr(at_ + 1).starts_with("-}}")) ++at_;
    if (!take_close(spaced)) return wrong(begin, "a comment needs an action of its own: {{/* … */}}");
    return {};
  }

  Result<void> token(bool spaced) {
    const char c = text_[at_];
    switch (c) {
      case '|': add(TokenKind::kPipe, at_ + 1, spaced); return {};
      case '(':
        parentheses_.push_back(at_);
        add(TokenKind::kLeft, at_ + 1, spaced);
        return {};
      case ')':
        if (parentheses_.empty()) return wrong(at_, "this ) closes nothing: remove it, or add (");
        parentheses_.pop_back();
        add(TokenKind::kRight, at_ + 1, spaced);
        return {};
      case '"':
      case '`': return string(spaced);
      case '\'': return wrong(at_, "text stands in double quotes or back quotes, not in single quotes");
      case '$': return root(spaced);
      case ':':
      case '=': return wrong(at_, kNoVariables);
      default: break;
    }
    const bool digit_follows = at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (c == '.' && !digit_follows) return field(spaced);
    if (c == '.' || c == '+' || c == '-' || is_digit(c)) return number(spaced);
    if (is_word(c)) return word(TokenKind::kWord, at_, spaced);
    return unexpected(at_);
  }

  std::unexpected<Error> unexpected(std::size_t at) const {
    const std::string_view tail = text_.substr(at);
    return wrong(
        at, fmt::format(
                "unexpected {}: an action holds fields, text in quotes, numbers, functions, | and parentheses",
                tail.substr(0, utf8::first_of(tail).size)
            )
    );
  }

  Result<void> string(bool spaced) {
    const char quote = text_[at_];
    std::size_t end = at_ + 1;
    for (; end < text_.size() && text_[end] != quote; ++end) {
      if (quote == '"' && text_[end] == '\\') ++end;
      if (quote == '"' && end < text_.size() && text_[end] == '\n') break;
    }
    if (end >= text_.size() || text_[end] != quote) {
      const std::string_view remedy = quote == '"' ? "add \" (a line break in it is written \\n)" : "add `";
      return wrong(at_, fmt::format("this text is never closed: {}", remedy));
    }
    add(TokenKind::kString, end + 1, spaced);
    return {};
  }

  // Where words may end.
  bool ends_word(std::size_t at) const {
    const std::string_view tail = text_.substr(std::min(at, text_.size()));
    return tail.empty() || is_space(tail[0]) || std::string_view(".,|:()").find(tail[0]) != std::string_view::npos ||
           tail.starts_with("}}");
  }

  Result<void> word(TokenKind kind, std::size_t begin, bool spaced) {
    std::size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (!ends_word(end)) return unexpected(end);
    add(kind, end, spaced);
    return {};
  }

  Result<void> field(bool spaced) {
    if (!ends_word(at_ + 1)) return word(TokenKind::kField, at_ + 1, spaced);
    add(TokenKind::kDot, at_ + 1, spaced);
    return {};
  }

  // `$` is what the dot is at the top, and nothing here changes the dot.
  Result<void> root(bool spaced) {
    if (!ends_word(at_ + 1)) return wrong(at_, kNoVariables);
    add(TokenKind::kDot, at_ + 1, spaced);
    return {};
  }

  // Anything that looks like a number; the parser reads it.
  Result<void> number(bool spaced) {
    std::size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
      const bool exponent =
          (text_[end] == '+' || text_[end] == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E');
      if (!is_word(text_[end]) && text_[end] != '.' && !exponent) break;
    }
    add(TokenKind::kNumber, end, spaced);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::size_t> parentheses_;  // where those are that are open
  std::vector<Token> tokens_;
};

constexpr std::array<std::pair<char, char>, 9> kEscapes{
    {{'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'}
    }
};

// The digits of \xHH, \uHHHH, \UHHHHHHHH and \OOO.
struct Digits {
  std::size_t skip, count;
  int base;
};

std::optional<Digits> digits_after(char kind) {
  switch (kind) {
    case 'x': return Digits{2, 2, 16};
    case 'u': return Digits{2, 4, 16};
    case 'U': return Digits{2, 8, 16};
    default: return kind >= '0' && kind <= '7' ? std::optional(Digits{1, 3, 8}) : std::nullopt;
  }
}

// Replaces the escape sequence that `text` begins with. Returns its length, 0 if it is none.
std::size_t append_escape(std::string_view text, std::string& out) {
  const auto* simple = std::ranges::find(kEscapes, text[1], &std::pair<char, char>::first);
  if (simple != kEscapes.end()) {
    out += simple->second;
    return 2;
  }
  const auto digits = digits_after(text[1]);
  if (!digits || text.size() < digits->skip + digits->count) return 0;
  const char* begin = text.data() + digits->skip;
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(begin, begin + digits->count, code, digits->base);
  if (error != std::errc() || end != begin + digits->count) return 0;
  const bool character = text[1] == 'u' || text[1] == 'U';
  if (character ? !utf8::is_valid(code) : code > 0xFF) return 0;
  if (character) {
    utf8::append(out, code);
  } else {
    out += static_cast<char>(static_cast<unsigned char>(code));
  }
  return digits->skip + digits->count;
}

}  // namespace

Result<std::vector<Token>> tokenise(std::string_view text) { return Lexer(text).run(); }

// Go's strconv.Unquote.
Result<std::string> unquote(std::string_view literal) {
  std::string_view inside = literal.substr(1, literal.size() - 2);
  std::string out;
  if (literal.front() == '`') {
    std::ranges::copy_if(inside, std::back_inserter(out), [](char c) { return c != '\r'; });
    return out;
  }
  while (!inside.empty()) {
    const std::size_t plain = std::min(inside.find('\\'), inside.size());
    out += inside.substr(0, plain);
    inside.remove_prefix(plain);
    if (inside.empty()) break;
    const std::size_t length = append_escape(inside, out);
    if (length == 0) {
      const std::size_t shown = 1 + utf8::first_of(inside.substr(1)).size;
      return fail(
          Code::kInvalid, fmt::format(
                              "{} is no escape sequence in text: write \\\\ for a backslash, or put the text in back "
                              "quotes",
                              inside.substr(0, shown)
                          )
      );
    }
    inside.remove_prefix(length);
  }
  return out;
}

std::unexpected<Error> problem_at(std::string_view text, std::size_t at, std::string_view what) {
  const std::string_view before = text.substr(0, at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t column = utf8::count(before.substr(before.rfind('\n') + 1)) + 1;
  return fail(Code::kInvalid, fmt::format("{}:{}: {}", line, column, what));
}

}  // namespace snapstash::api::templates
