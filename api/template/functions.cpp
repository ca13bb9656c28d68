#include "api/template/functions.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/template/format.hpp"
#include "api/template/json.hpp"
#include "api/template/utf8.hpp"
#include "kernel/kube/base64.hpp"

namespace snapstash::api::templates {

namespace {

using Arguments = std::span<const json::Value>;
using Answer = Result<json::Value>;

constexpr std::size_t kMany = std::numeric_limits<std::size_t>::max();

std::unexpected<Error> wrong(std::string what) { return fail(Code::kInvalid, std::move(what)); }
std::unexpected<Error> too_long() { return wrong("its answer is longer than 1 MiB"); }

Answer text(std::string_view value) { return json::make_string(value); }
std::string_view view(const json::Value& value) { return json::as_view(value); }

// Where `part` is, or npos. glibc's memmem takes linear time, whatever both are; string_view's find is quadratic.
std::size_t find(std::string_view whole, std::string_view part) {
  if (part.empty()) return 0;
  const void* found = memmem(whole.data(), whole.size(), part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - whole.data());
}

bool contains(std::string_view whole, std::string_view part) { return find(whole, part) != std::string_view::npos; }

// strings.Replace of all. An empty `old` is before each character and at the end.
Answer replaced(std::string_view old, std::string_view with, std::string_view source) {
  std::string out;
  while (true) {
    const std::size_t at = old.empty() ? 0 : find(source, old);
    if (at == std::string_view::npos) break;
    out += source.substr(0, at);
    out += with;
    source.remove_prefix(at + old.size());
    if (out.size() > kMaxBytes) return too_long();
    if (!old.empty()) continue;
    if (source.empty()) break;
    const std::size_t size = utf8::first_of(source).size;
    out += source.substr(0, size);
    source.remove_prefix(size);
  }
  return text(out.append(source));
}

// A count that is below zero is none; Go's panics.
Answer repeated(std::int64_t count, std::string_view once) {
  const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
  if (!once.empty() && times > kMaxBytes / once.size()) return too_long();
  if (once.size() == 1) return text(std::string(times, once.front()));
  std::string out;
  for (std::uint64_t i = 0; i < times && !once.empty(); ++i) out += once;
  return text(out);
}

Answer indented(std::string_view before, Arguments in) {
  const auto pad = repeated(in[0].get_int64(), " ");
  if (!pad) return pad;
  auto rest = replaced("\n", fmt::format("\n{}", view(*pad)), view(in[1]));
  return rest ? text(fmt::format("{}{}{}", before, view(*pad), view(*rest))) : rest;
}

// Cuts between bytes, as sprig does.
std::string_view truncated(std::int64_t count, std::string_view value) {
  const auto size = static_cast<std::int64_t>(value.size());
  if (count >= 0) return value.substr(0, static_cast<std::size_t>(std::min(count, size)));
  return count > -size ? value.substr(static_cast<std::size_t>(size + count)) : value;
}

template <class Cut>
std::string_view trimmed(std::string_view value, const Cut& is_cut) {
  std::size_t end = 0;
  bool begun = false;
  for (std::size_t at = 0; at < value.size();) {
    const auto character = utf8::first_of(value.substr(at));
    if (!is_cut(character.code)) {
      begun = true;
      end = at + character.size;
    } else if (!begun) {
      value.remove_prefix(character.size);
      continue;
    }
    at += character.size;
  }
  return value.substr(0, end);
}

Answer trim_all(Arguments in) {
  std::vector<char32_t> cutset;
  for (std::string_view rest = view(in[0]); !rest.empty(); rest.remove_prefix(utf8::first_of(rest).size)) {
    cutset.push_back(utf8::first_of(rest).code);
  }
  std::ranges::sort(cutset);
  return text(trimmed(view(in[1]), [&](char32_t code) { return std::ranges::binary_search(cutset, code); }));
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Answer each_letter(std::string_view value, char (*change)(char)) {
  std::string out(value);
  std::ranges::transform(out, out.begin(), change);
  return text(out);
}

// strings.Title: letters, digits, underscores and what is beyond ASCII (but no space) make words.
Answer titled(std::string_view value) {
  std::string out;
  for (bool inside = false; !value.empty();) {
    const auto character = utf8::first_of(value);
    const char c = value.front();
    out += inside ? c : upper(c);
    out += value.substr(1, character.size - 1);
    inside =
        character.code < 0x80 ? is_letter(c) || (c >= '0' && c <= '9') || c == '_' : !utf8::is_space(character.code);
    value.remove_prefix(character.size);
  }
  return text(out);
}

// url.QueryEscape.
Answer query_escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (is_letter(c) || (c >= '0' && c <= '9') || (c != 0 && std::strchr("-_.~", c) != nullptr)) {
      out += c;
    } else {
      out += c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text(out);
}

Answer url_query(Arguments in) {
  std::vector<json::Value> values(in.begin(), in.end());
  for (json::Value& value : values) {
    if (value.is_null()) value = "<no value>";
  }
  return query_escaped(print(values));
}

// sprig's quote and squote leave nil out.
template <class Quote>
Answer each_quoted(Arguments in, const Quote& quoted) {
  std::string out;
  for (const json::Value& value : in) {
    if (value.is_null()) continue;
    if (!out.empty()) out += ' ';
    out += quoted(to_text(value));
  }
  return text(out);
}

Answer print_line(Arguments in) {
  std::string out;
  for (const json::Value& value : in)
    out += fmt::format("{}{}", out.empty() && &value == in.data() ? "" : " ", to_text(value));
  return text(out + '\n');
}

Answer print_format(Arguments in) {
  auto out = print_formatted(view(in[0]), in.subspan(1));
  return out ? text(*out) : fail(std::move(out).error());
}

// sprig's int, add and sub read integers as spf13/cast does: text as strconv.ParseInt with base 0, without ".000" at
// its end; what is none is 0.
std::int64_t integer_in(std::string_view digits) {
  const std::size_t dot = digits.find_last_of('.');
  const bool zeros = dot != std::string_view::npos && digits.find_first_not_of('0', dot + 1) == std::string_view::npos;
  if (zeros && dot + 1 < digits.size()) digits = digits.substr(0, dot);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  constexpr std::array<std::pair<std::string_view, int>, 3> kBases{{{"0x", 16}, {"0o", 8}, {"0b", 2}}};
  int base = digits.size() > 1 && digits.front() == '0' ? 8 : 10;
  for (const auto& [prefix, its] : kBases) {
    if (digits.size() < 3 || digits[0] != '0' || lower(digits[1]) != prefix[1]) continue;
    base = its;
    digits.remove_prefix(2);
    break;
  }
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (error != std::errc() || end != digits.data() + digits.size() || size > kMost + (negative ? 1 : 0)) return 0;
  return static_cast<std::int64_t>(negative ? 0 - size : size);
}

std::int64_t integer_of(const json::Value& value) {
  if (value.is_string()) return integer_in(view(value));
  if (value.is_bool()) return value.get_bool() ? 1 : 0;
  if (value.is_int64()) return value.get_int64();
  if (!value.is_double()) return 0;
  constexpr double kBeyond = 9223372036854775808.0;
  const bool fits = value.get_double() >= -kBeyond && value.get_double() < kBeyond;
  return fits ? static_cast<std::int64_t>(value.get_double()) : std::numeric_limits<std::int64_t>::min();
}

// Wraps around, as Go's integers do.
Answer sum(Arguments in, bool subtract) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto number = static_cast<std::uint64_t>(integer_of(in[i]));
    total = subtract && i > 0 ? total - number : total + number;
  }
  return json::Value(static_cast<std::int64_t>(total));
}

bool is_list_or_map(const json::Value& value) { return value.is_array() || value.is_object(); }

std::unexpected<Error> incomparable(const json::Value& a, const json::Value& b) {
  return wrong(fmt::format(
      "{} ({}) and {} ({}) cannot be compared: numbers stand without quotes, text in quotes", to_text(a), type_of(a),
      to_text(b), type_of(b)
  ));
}

// text/template's eq: values of different types are an error, but nil equals nil only.
Answer equal(Arguments in) {
  for (const json::Value& other : in.subspan(1)) {
    const bool nil = in[0].is_null() || other.is_null();
    if (!nil && (in[0].kind() != other.kind() || is_list_or_map(other))) return incomparable(in[0], other);
    if (in[0] == other) return json::Value(true);
  }
  return json::Value(false);
}

Answer different(Arguments in) {
  const auto same = equal(in);
  return same ? json::Value(!same->get_bool()) : same;
}

// text/template's lt and its like: two strings, two integers or two floats.
template <bool (*wanted)(std::partial_ordering)>
Answer ordered(Arguments in) {
  if (in[0].kind() == in[1].kind()) {
    if (in[0].is_string()) return json::Value(wanted(view(in[0]) <=> view(in[1])));
    if (in[0].is_int64()) return json::Value(wanted(in[0].get_int64() <=> in[1].get_int64()));
    if (in[0].is_double()) return json::Value(wanted(in[0].get_double() <=> in[1].get_double()));
  }
  return incomparable(in[0], in[1]);
}

Answer length(Arguments in) {
  std::size_t size = 0;
  if (in[0].is_string()) {
    size = in[0].get_string().size();
  } else if (is_list_or_map(in[0])) {
    size = in[0].is_array() ? in[0].get_array().size() : in[0].get_object().size();
  } else {
    return wrong(fmt::format("{} ({}) has no length", to_text(in[0]), type_of(in[0])));
  }
  return json::Value(static_cast<std::int64_t>(size));
}

template <bool truth>
Answer first_or_last(Arguments in) {
  const auto found = std::ranges::find(in, truth, is_true);
  return found == in.end() ? in.back() : *found;
}

std::string_view without_prefix(std::string_view prefix, std::string_view value) {
  return value.starts_with(prefix) ? value.substr(prefix.size()) : value;
}

std::string_view without_suffix(std::string_view suffix, std::string_view value) {
  return value.ends_with(suffix) ? value.substr(0, value.size() - suffix.size()) : value;
}

Answer coalesce(Arguments in) {
  const auto found = std::ranges::find_if(in, is_true);
  return found == in.end() ? json::Value() : *found;
}

Answer with_default(Arguments in) { return in.size() > 1 && is_true(in[1]) ? in[1] : in[0]; }
std::string single_quoted(std::string_view value) { return fmt::format("'{}'", value); }
Answer boolean(bool value) { return json::Value(value); }

constexpr std::array kFunctions{
    Function{"add", 0, kMany, "*", [](Arguments in) { return sum(in, false); }},
    Function{"and", 1, kMany, "*", first_or_last<false>, false},
    Function{"b64enc", 1, 1, "s", [](Arguments in) { return text(kube::encode_base64(view(in[0]))); }},
    Function{"coalesce", 0, kMany, "*", coalesce},
    Function{"contains", 2, 2, "s", [](Arguments in) { return boolean(contains(view(in[1]), view(in[0]))); }},
    Function{"default", 1, kMany, "*", with_default},
    Function{"empty", 1, 1, "*", [](Arguments in) { return boolean(!is_true(in[0])); }},
    Function{"eq", 2, kMany, "*", equal},
    Function{"ge", 2, 2, "*", ordered<std::is_gteq>},
    Function{"gt", 2, 2, "*", ordered<std::is_gt>},
    Function{"hasPrefix", 2, 2, "s", [](Arguments in) { return boolean(view(in[1]).starts_with(view(in[0]))); }},
    Function{"hasSuffix", 2, 2, "s", [](Arguments in) { return boolean(view(in[1]).ends_with(view(in[0]))); }},
    Function{"indent", 2, 2, "is", [](Arguments in) { return indented("", in); }},
    Function{"int", 1, 1, "*", [](Arguments in) -> Answer { return json::Value(integer_of(in[0])); }},
    Function{"le", 2, 2, "*", ordered<std::is_lteq>},
    Function{"len", 1, 1, "*", length},
    Function{"lower", 1, 1, "s", [](Arguments in) { return each_letter(view(in[0]), lower); }},
    Function{"lt", 2, 2, "*", ordered<std::is_lt>},
    Function{"ne", 2, 2, "*", different},
    Function{"nindent", 2, 2, "is", [](Arguments in) { return indented("\n", in); }},
    Function{"not", 1, 1, "*", [](Arguments in) { return boolean(!is_true(in[0])); }},
    Function{"or", 1, kMany, "*", first_or_last<true>, true},
    Function{"print", 0, kMany, "*", [](Arguments in) { return text(print(in)); }},
    Function{"printf", 1, kMany, "s*", print_format},
    Function{"println", 0, kMany, "*", print_line},
    Function{"quote", 0, kMany, "*", [](Arguments in) { return each_quoted(in, quote); }},
    Function{"repeat", 2, 2, "is", [](Arguments in) { return repeated(in[0].get_int64(), view(in[1])); }},
    Function{"replace", 3, 3, "s", [](Arguments in) { return replaced(view(in[0]), view(in[1]), view(in[2])); }},
    Function{"squote", 0, kMany, "*", [](Arguments in) { return each_quoted(in, single_quoted); }},
    Function{"sub", 2, 2, "*", [](Arguments in) { return sum(in, true); }},
    Function{"ternary", 3, 3, "**b", [](Arguments in) -> Answer { return in[2].get_bool() ? in[0] : in[1]; }},
    Function{"title", 1, 1, "s", [](Arguments in) { return titled(view(in[0])); }},
    Function{"toJson", 1, 1, "*", [](Arguments in) { return text(to_json(in[0])); }},
    Function{"toString", 1, 1, "*", [](Arguments in) { return text(to_text(in[0])); }},
    Function{"trim", 1, 1, "s", [](Arguments in) { return text(trimmed(view(in[0]), utf8::is_space)); }},
    Function{"trimAll", 2, 2, "s", trim_all},
    Function{"trimPrefix", 2, 2, "s", [](Arguments in) { return text(without_prefix(view(in[0]), view(in[1]))); }},
    Function{"trimSuffix", 2, 2, "s", [](Arguments in) { return text(without_suffix(view(in[0]), view(in[1]))); }},
    Function{"trunc", 2, 2, "is", [](Arguments in) { return text(truncated(in[0].get_int64(), view(in[1]))); }},
    Function{"upper", 1, 1, "s", [](Arguments in) { return each_letter(view(in[0]), upper); }},
    Function{"urlquery", 0, kMany, "*", url_query},
};

bool is_a(const json::Value& value, char type) {
  return type == '*' || (type == 's' && value.is_string()) || (type == 'i' && value.is_int64()) ||
         (type == 'b' && value.is_bool());
}

std::string_view name_of(char type) { return type == 's' ? "text" : type == 'i' ? "an integer" : "true or false"; }

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* found = std::ranges::find(kFunctions, name, &Function::name);
  return found == kFunctions.end() ? nullptr : found;
}

std::string function_names() {
  std::string names;
  for (const Function& function : kFunctions) names += fmt::format("{}{}", names.empty() ? "" : ", ", function.name);
  return names;
}

std::string arity_of(const Function& function) {
  if (function.most == kMany) return fmt::format("at least {} argument(s)", function.least);
  return fmt::format("{} argument(s)", function.least);
}

Result<json::Value> call(const Function& function, std::span<const json::Value> arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const char type = function.takes[std::min(i, function.takes.size() - 1)];
    if (is_a(arguments[i], type)) continue;
    const std::string_view remedy = type == 's' ? ": use toString" : "";
    return wrong(fmt::format(
        "argument {} must be {}, not {} ({}){}", i + 1, name_of(type), to_text(arguments[i]), type_of(arguments[i]),
        remedy
    ));
  }
  auto answer = function.implementation(arguments);
  if (answer && answer->is_string() && answer->get_string().size() > kMaxBytes) return too_long();
  return answer;
}

bool is_true(const json::Value& value) {
  switch (value.kind()) {
    case boost::json::kind::bool_: return value.get_bool();
    case boost::json::kind::int64: return value.get_int64() != 0;
    case boost::json::kind::uint64: return value.get_uint64() != 0;
    case boost::json::kind::double_: return value.get_double() != 0;
    case boost::json::kind::string: return !value.get_string().empty();
    case boost::json::kind::array: return !value.get_array().empty();
    case boost::json::kind::object: return !value.get_object().empty();
    case boost::json::kind::null: break;
  }
  return false;
}

}  // namespace snapstash::api::templates
