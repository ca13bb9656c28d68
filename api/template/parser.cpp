#include "api/template/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/template/lexer.hpp"

namespace snapstash::api::templates {

namespace {

// The longest template; it keeps the tree, which is larger than its text, small.
constexpr std::size_t kMaxTemplate = std::size_t{256} << 10U;
constexpr int kMaxNesting = 64;

constexpr std::array<std::string_view, 7> kOtherKeywords{"range", "with",  "define",  "template",
                                                         "block", "break", "continue"};

using Kind = TokenKind;

// Go's integer literals: 10, 0x1F, 0o17 and 017, 0b101. `digits` has no sign.
std::optional<std::uint64_t> parse_magnitude(std::string_view digits) {
  constexpr std::string_view kPrefixes = "xXoObB";
  constexpr std::array<int, 6> kBases{16, 16, 8, 8, 2, 2};
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const std::size_t prefix = kPrefixes.find(digits[1]);
    base = prefix == std::string_view::npos ? 8 : kBases.at(prefix);
    digits.remove_prefix(prefix == std::string_view::npos ? 1 : 2);
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return magnitude;
}

std::optional<json::Value> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (const auto magnitude = parse_magnitude(text)) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (*magnitude > kMost + (negative ? 1 : 0)) return std::nullopt;
    return json::Value(static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude));
  }
  if (text.find_first_of(".eE") == std::string_view::npos || text.find_first_of("0123456789") > 1) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return json::Value(negative ? -number : number);
}

bool is_nil(const Operand& operand) {
  const auto* value = std::get_if<json::Value>(&operand.what);
  return value != nullptr && value->is_null();
}

const Function* function_of(const Operand& operand) {
  const auto* function = std::get_if<const Function*>(&operand.what);
  return function == nullptr ? nullptr : *function;
}

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Result<Nodes> run() {
    auto nodes = body();
    if (nodes && !is(Kind::kEnd))
      return wrong(now(), fmt::format("{{{{{}}}}} without {{{{if}}}}: remove it", next_word()));
    return nodes;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  bool is(Kind kind) const { return now().kind == kind; }
  // The last token stays.
  Token take() { return is(Kind::kEnd) ? now() : tokens_[at_++]; }
  bool take_if(Kind kind) {
    if (!is(kind)) return false;
    take();
    return true;
  }
  // The word that an action begins with, or "".
  std::string_view next_word() const {
    const bool word = is(Kind::kOpen) && tokens_[at_ + 1].kind == Kind::kWord;
    return word ? tokens_[at_ + 1].text : std::string_view();
  }

  std::unexpected<Error> wrong(std::size_t at, std::string_view what) const { return problem_at(text_, at, what); }
  std::unexpected<Error> wrong(const Token& token, std::string_view what) const { return wrong(token.at, what); }
  std::unexpected<Error> too_deep(std::size_t at) const {
    return wrong(at, fmt::format("ifs and parentheses nest more than {} deep here: use else if", kMaxNesting));
  }

  // Up to an {{else or {{end}}, which stays, or to the end.
  Result<Nodes> body() {
    Nodes nodes;
    while (!is(Kind::kEnd) && next_word() != "else" && next_word() != "end") {
      if (is(Kind::kText)) {
        nodes.push_back({take().text});
        continue;
      }
      auto node = action();
      if (!node) return fail(std::move(node).error());
      nodes.push_back(std::move(*node));
    }
    return nodes;
  }

  Result<Node> action() {
    const std::string_view word = next_word();
    const Token open = take();
    if (word == "if") {
      take();
      return conditional(open);
    }
    if (std::ranges::find(kOtherKeywords, word) != kOtherKeywords.end()) {
      return wrong(
          now(), fmt::format("{} is not supported in the templates of hooks: there are if, else if, else and end", word)
      );
    }
    auto value = pipeline(Kind::kClose);
    if (!value) return fail(std::move(value).error());
    return Node{std::move(*value)};
  }

  // From behind {{if to behind {{end}}.
  Result<Node> conditional(const Token& open) {
    if (++nesting_ > kMaxNesting) return too_deep(open.at);
    std::vector<Branch> branches;
    Result<std::optional<Pipeline>> condition = pipeline(Kind::kClose);
    while (true) {
      if (!condition) return fail(std::move(condition).error());
      auto nodes = body();
      if (!nodes) return fail(std::move(nodes).error());
      const bool last = !condition->has_value();
      branches.push_back({std::move(*condition), std::move(*nodes)});
      if (is(Kind::kEnd)) return wrong(open, "this {{if}} has no {{end}}: add it");
      take();
      const Token word = take();
      if (word.text == "end") break;
      if (last) return wrong(word, "an {{if}} has one {{else}} only: {{else if …}} stands before it");
      condition = after_else();
    }
    if (!take_if(Kind::kClose)) return wrong(now(), "nothing follows end: write {{end}}");
    --nesting_;
    return Node{std::move(branches)};
  }

  Result<std::optional<Pipeline>> after_else() {
    if (take_if(Kind::kClose)) return std::nullopt;
    if (now().text != "if") return wrong(now(), "after else stands nothing, or if and a condition");
    take();
    return pipeline(Kind::kClose);
  }

  // Up to and with `end`.
  Result<Pipeline> pipeline(Kind end) {
    Pipeline commands;
    do {
      auto next = command(!commands.empty());
      if (!next) return fail(std::move(next).error());
      commands.push_back(std::move(*next));
    } while (take_if(Kind::kPipe));
    if (!take_if(end)) return wrong(now(), fmt::format("unexpected {}", now().text));
    return commands;
  }

  bool at_command_end() const { return is(Kind::kPipe) || is(Kind::kRight) || is(Kind::kClose); }

  Result<Command> command(bool piped) {
    Command command;
    const Token first = now();
    while (!at_command_end()) {
      if (!command.operands.empty() && !now().spaced) return wrong(now(), not_spaced());
      auto next = operand();
      if (!next) return fail(std::move(next).error());
      command.operands.push_back(std::move(*next));
    }
    if (command.operands.empty()) {
      return wrong(first, fmt::format("a field, text, number or function is missing before {}", first.text));
    }
    if (auto sound = check(command, first, piped); !sound) return fail(std::move(sound).error());
    return command;
  }

  std::string not_spaced() const {
    if (is(Kind::kField) && tokens_[at_ - 1].kind == Kind::kRight) {
      return fmt::format("{} after a parenthesis is not supported: name the field in the parentheses", now().text);
    }
    return fmt::format("put a space before {}", now().text);
  }

  Result<Operand> operand() {
    const Token token = take();
    switch (token.kind) {
      case Kind::kLeft: return nested(token);
      case Kind::kField: return Operand{token.at, path(token.text.substr(1))};
      case Kind::kDot: return Operand{token.at, token.text == "$" && is(Kind::kField) ? path({}) : Path{}};
      case Kind::kString: {
        const auto text = unquote(token.text);
        if (!text) return wrong(token, text.error().message);
        return Operand{token.at, json::make_string(*text)};
      }
      case Kind::kNumber: {
        auto number = parse_number(token.text);
        if (!number) return wrong(token, fmt::format("{} is no number that fits: put text in quotes", token.text));
        return Operand{token.at, std::move(*number)};
      }
      default: return word(token);
    }
  }

  Result<Operand> nested(const Token& open) {
    if (++nesting_ > kMaxNesting) return too_deep(open.at);
    auto inside = pipeline(Kind::kRight);
    --nesting_;
    if (!inside) return fail(std::move(inside).error());
    return Operand{open.at, std::move(*inside)};
  }

  // The fields that follow without a space.
  Path path(std::string_view first) {
    Path names;
    if (!first.empty()) names.push_back(first);
    while (is(Kind::kField) && !now().spaced) names.push_back(take().text.substr(1));
    return names;
  }

  Result<Operand> word(const Token& token) const {
    if (token.text == "nil") return Operand{token.at, json::Value(nullptr)};
    if (token.text == "true" || token.text == "false") return Operand{token.at, json::Value(token.text == "true")};
    if (const Function* function = find_function(token.text)) return Operand{token.at, function};
    constexpr std::array<std::string_view, 3> kKeywords{"if", "else", "end"};
    if (std::ranges::find(kKeywords, token.text) != kKeywords.end()) {
      return wrong(token, fmt::format("{} stands at the beginning of an action only", token.text));
    }
    return wrong(
        token, fmt::format(
                   "there is no function {}; there are {}. Fields begin with a dot, text stands in quotes", token.text,
                   function_names()
               )
    );
  }

  // What the first word and the number of its arguments must be.
  Result<void> check(const Command& command, const Token& first, bool piped) const {
    const Function* function = function_of(command.operands.front());
    if (function == nullptr && piped) return wrong(first, "only a function may follow |");
    if (function == nullptr && command.operands.size() > 1) {
      return wrong(command.operands[1].at, fmt::format("{} is no function and takes no arguments", first.text));
    }
    if (is_nil(command.operands.front())) return wrong(first, "nil stands as an argument only");
    for (const Operand& operand : std::span(command.operands).subspan(1)) {
      if (const Function* inner = function_of(operand); inner != nullptr && inner->least > 0) {
        return wrong(operand.at, fmt::format("put {} and its arguments in parentheses", inner->name));
      }
    }
    const std::size_t count = command.operands.size() - (piped ? 0 : 1);
    if (function != nullptr && (count < function->least || count > function->most)) {
      return wrong(first, fmt::format("{} takes {}, not {}", function->name, arity_of(*function), count));
    }
    return {};
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

}  // namespace

Result<Nodes> parse_template(std::string_view text) {
  if (text.size() > kMaxTemplate) return fail(Code::kInvalid, "the template is longer than 256 KiB");
  auto tokens = tokenise(text);
  if (!tokens) return fail(std::move(tokens).error());
  return Parser(text, std::move(*tokens)).run();
}

}  // namespace snapstash::api::templates
