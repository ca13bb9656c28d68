#include "api/pod_ordinal.hpp"

#include <algorithm>
#include <charconv>
#include <fnmatch.h>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace snapstash::api {

namespace {

constexpr std::string_view kVariable = "POD_ORDINAL";

// A restore template nests expressions one deep, if at all; the limit keeps a hostile one from the end of the stack.
constexpr int kMaxNesting = 32;

bool is_name_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::optional<int> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// An offset or length that is no number leaves the value whole, as in Stash.
std::string substring(const std::string& value, std::string_view offset, std::optional<std::string_view> length) {
  const auto from = to_number(offset);
  const auto count = length ? to_number(*length) : std::optional<int>(static_cast<int>(value.size()));
  if (!from || !count) return value;
  const int size = static_cast<int>(value.size());
  const int begin = std::clamp(*from < 0 ? size + *from : *from, 0, size);
  return value.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(std::clamp(*count, 0, size - begin)));
}

bool matches(const std::string& pattern, std::string_view text) {
  return fnmatch(pattern.c_str(), std::string(text).c_str(), 0) == 0;
}

// An empty match removes nothing, so lengths count from 1.
std::string without_prefix(const std::string& value, const std::string& pattern, bool longest) {
  const std::size_t size = value.size();
  for (std::size_t i = 1; i <= size; ++i) {
    const std::size_t length = longest ? size + 1 - i : i;
    if (matches(pattern, std::string_view(value).substr(0, length))) return value.substr(length);
  }
  return value;
}

std::string without_suffix(const std::string& value, const std::string& pattern, bool longest) {
  const std::size_t size = value.size();
  for (std::size_t i = 1; i <= size; ++i) {
    const std::size_t length = longest ? size + 1 - i : i;
    if (matches(pattern, std::string_view(value).substr(size - length))) return value.substr(0, size - length);
  }
  return value;
}

std::string replace(std::string value, std::string_view op, const std::string& text, const std::string& other) {
  if (text.empty()) return value;
  if (op == "/#") return value.starts_with(text) ? other + value.substr(text.size()) : value;
  if (op == "/%") return value.ends_with(text) ? value.substr(0, value.size() - text.size()) + other : value;
  for (auto at = value.find(text); at != std::string::npos; at = value.find(text, at + other.size())) {
    value.replace(at, text.size(), other);
    if (op == "/") break;
  }
  return value;
}

class Expander {
 public:
  Expander(std::string_view text, std::int32_t ordinal) : text_(text), ordinal_(fmt::format("{}", ordinal)) {}

  /// The whole text.
  Result<std::string> run() {
    std::string out;
    while (at_ < text_.size()) {
      if (take("$$")) {
        out += '$';
      } else if (take("${")) {
        auto value = expression();
        if (!value) return value;
        out += *value;
      } else {
        out += text_[at_++];
      }
    }
    return out;
  }

 private:
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  // The first of the tokens that comes next, which is consumed, or "".
  std::string_view take_one_of(std::initializer_list<std::string_view> tokens) {
    for (const auto token : tokens) {
      if (take(token)) return token;
    }
    return {};
  }

  std::string_view take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::unexpected<Error> bad() const {
    return fail(
        Code::kInvalid,
        fmt::format("bad substitution at character {} of \"{}\": see ${{POD_ORDINAL}} in the reference", at_, text_)
    );
  }

  std::unexpected<Error> unknown(std::string_view name) const {
    return fail(
        Code::kInvalid, fmt::format(
                            "input/default value not found for key {0} in \"{1}\": the only variable is POD_ORDINAL; "
                            "write $${{{0}}} for "
                            "the text itself",
                            name, text_
                        )
    );
  }

  Result<std::string> known(std::string_view name) const {
    if (name == kVariable) return ordinal_;
    return unknown(name);
  }

  Result<std::string> closed(Result<std::string> value) {
    if (value && !take("}")) return bad();
    return value;
  }

  // What follows `${`, up to and with the closing brace.
  Result<std::string> expression() {
    if (++nesting_ > kMaxNesting) return bad();
    auto value = take("#") ? length() : after_name(take_name());
    --nesting_;
    return value;
  }

  Result<std::string> length() {
    const auto value = known(take_name());
    if (!value) return value;
    return closed(fmt::format("{}", value->size()));
  }

  Result<std::string> after_name(std::string_view name) {
    if (name.empty()) return bad();
    if (!take_one_of({":=", ":-", "="}).empty()) return with_default(name);
    const auto value = known(name);
    if (!value) return value;
    if (!take_one_of({":+", ":?"}).empty()) return with_default(name);
    if (take(":")) return part(*value);
    if (!take_one_of({"^^", "^", ",,", ","}).empty()) return closed(*value);
    if (const auto op = take_one_of({"##", "#", "%%", "%"}); !op.empty()) return trimmed(*value, op);
    if (const auto op = take_one_of({"//", "/#", "/%", "/"}); !op.empty()) return replaced(*value, op);
    return closed(*value);
  }

  // An operand, up to one of the characters in `stops`, which stays. Expressions inside are expanded.
  Result<std::string> operand(std::string_view stops, bool escapes = false) {
    std::string out;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) {
      if (take("${")) {
        auto value = expression();
        if (!value) return value;
        out += *value;
        continue;
      }
      if (escapes && (text_.substr(at_).starts_with("\\/") || text_.substr(at_).starts_with("\\\\"))) ++at_;
      out += text_[at_++];
    }
    return out;
  }

  Result<std::string> with_default(std::string_view name) {
    const auto text = operand("}");
    if (!text) return text;
    return closed(name == kVariable ? ordinal_ : *text);
  }

  Result<std::string> part(const std::string& value) {
    const auto offset = operand(":}");
    if (!offset) return offset;
    if (offset->empty()) return bad();
    if (!take(":")) return closed(substring(value, *offset, std::nullopt));
    const auto count = operand("}");
    if (!count) return count;
    if (count->empty()) return bad();
    return closed(substring(value, *offset, *count));
  }

  Result<std::string> trimmed(const std::string& value, std::string_view op) {
    const auto pattern = operand("}");
    if (!pattern) return pattern;
    if (pattern->empty()) return bad();
    const bool longest = op.size() == 2;
    return closed(op[0] == '#' ? without_prefix(value, *pattern, longest) : without_suffix(value, *pattern, longest));
  }

  Result<std::string> replaced(const std::string& value, std::string_view op) {
    const auto text = operand("/", true);
    if (!text) return text;
    if (text->empty() || !take("/")) return bad();
    const auto other = operand("}", true);
    if (!other) return other;
    return closed(replace(value, op, *text, *other));
  }

  std::string_view text_;
  std::string ordinal_;
  std::size_t at_ = 0;
  int nesting_ = 0;
};

Result<void> expand_in_place(json::Value& value, std::int32_t ordinal);

Result<void> expand_in_place(json::Object& object, std::int32_t ordinal) {
  json::Object expanded;
  for (auto& [key, member] : object) {
    auto name = expand_pod_ordinal(std::string_view(key.data(), key.size()), ordinal);
    if (!name) return fail(std::move(name).error());
    if (auto done = expand_in_place(member, ordinal); !done) return done;
    expanded.emplace(*name, std::move(member));
  }
  object = std::move(expanded);
  return {};
}

Result<void> expand_in_place(json::Value& value, std::int32_t ordinal) {
  if (value.is_string()) {
    auto text = expand_pod_ordinal(json::as_view(value), ordinal);
    if (!text) return fail(std::move(text).error());
    value = json::make_string(*text);
  } else if (value.is_array()) {
    for (auto& item : value.get_array()) {
      if (auto done = expand_in_place(item, ordinal); !done) return done;
    }
  } else if (value.is_object()) {
    return expand_in_place(value.get_object(), ordinal);
  }
  return {};
}

}  // namespace

Result<std::string> expand_pod_ordinal(std::string_view text, std::int32_t ordinal) {
  if (text.find('$') == std::string_view::npos) return std::string(text);
  return Expander(text, ordinal).run();
}

Result<json::Value> expand_pod_ordinal_in(const json::Value& value, std::int32_t ordinal) {
  json::Value expanded = json::clone(value);
  if (auto done = expand_in_place(expanded, ordinal); !done) return fail(std::move(done).error());
  return expanded;
}

}  // namespace snapstash::api
