#include "api/template/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/template/utf8.hpp"

namespace snapstash::api::templates {

namespace {

/// What stands between a % and the end of its verb.
struct Spec {
  bool minus = false, plus = false, zero = false, space = false;
  std::optional<std::size_t> width, precision;
  char32_t verb = 'v';
};

std::string_view view(boost::json::string_view text) { return {text.data(), text.size()}; }

bool is_any_of(char32_t verb, std::string_view verbs) {
  return verb < 0x80 && verbs.find(static_cast<char>(verb)) != std::string_view::npos;
}

// Zeros go behind the sign.
void pad(std::string& out, const Spec& spec, std::string_view sign, std::string_view body) {
  const std::size_t length = spec.width ? sign.size() + utf8::count(body) : 0;
  const std::size_t missing = std::max(spec.width.value_or(0), length) - length;
  const bool zeros = spec.zero && !spec.minus;
  if (!spec.minus && !zeros) out.append(missing, ' ');
  out += sign;
  if (zeros) out.append(missing, '0');
  out += body;
  if (spec.minus) out.append(missing, ' ');
}

std::string_view sign_of(bool negative, const Spec& spec) {
  if (negative) return "-";
  if (spec.plus) return "+";
  return spec.space ? " " : "";
}

// The escape sequences of Go's string literals.
void append_quoted(std::string& out, utf8::Character character, char byte, const Spec& spec, char quote) {
  constexpr std::string_view kNames = "abtnvfr";  // of the bytes 7 to 13
  const char32_t code = character.code;
  if (!character.valid) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  } else if (code == static_cast<unsigned char>(quote) || code == '\\') {
    out += '\\';
    utf8::append(out, code);
  } else if (code >= 7 && code <= 13) {
    out += '\\';
    out += kNames[code - 7];
  } else if (utf8::is_printable(code) && (code < 0x80 || !spec.plus)) {
    utf8::append(out, code);
  } else if (code < 0x80) {
    out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code));
  } else {
    const auto number = static_cast<std::uint32_t>(code);
    out += code < 0x10000 ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
  }
}

std::string quoted(std::string_view text, const Spec& spec, char quote) {
  std::string out(1, quote);
  while (!text.empty()) {
    const auto character = utf8::first_of(text);
    append_quoted(out, character, text.front(), spec, quote);
    text.remove_prefix(character.size);
  }
  return out + quote;
}

void append_integer(std::string& out, Spec spec, std::int64_t value) {
  if (spec.verb == 'q') {
    std::string character;
    utf8::append(character, value < 0 || value > 0x10FFFF ? 0x110000 : static_cast<char32_t>(value));
    return pad(out, spec, "", quoted(character, spec, '\''));
  }
  const std::uint64_t magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string digits = spec.verb == 'x'   ? fmt::format("{:x}", magnitude)
                       : spec.verb == 'X' ? fmt::format("{:X}", magnitude)
                                          : fmt::format("{}", magnitude);
  if (spec.precision) {
    spec.zero = false;
    if (*spec.precision == 0 && value == 0) {
      out.append(spec.width.value_or(0), ' ');
      return;
    }
    if (*spec.precision > digits.size()) digits.insert(0, *spec.precision - digits.size(), '0');
  }
  pad(out, spec, sign_of(value < 0, spec), digits);
}

// The shortest digits that read back as the same number, and the power of ten of the first one.
std::pair<std::string, int> shortest(double magnitude) {
  std::array<char, 40> buffer{};
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(), exponent);
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  return {std::move(digits), exponent};
}

void append_float(std::string& out, const Spec& spec, double value) {
  const double magnitude = value < 0 ? -value : value;
  const int precision = static_cast<int>(spec.precision.value_or(6));
  std::string body;
  if (spec.verb == 'f') {
    body = fmt::format("{:.{}f}", magnitude, precision);
  } else if (spec.verb == 'e') {
    body = fmt::format("{:.{}e}", magnitude, precision);
  } else {
    // strconv's rule for the shortest form: "if precision was the shortest possible, use precision 6 for this
    // decision".
    body = spec.precision ? fmt::format("{:.{}g}", magnitude, std::max(precision, 1))
                          : shortest_decimal(magnitude, -4, 6, true);
  }
  pad(out, spec, sign_of(value < 0, spec), body);
}

std::string hexadecimal(std::string_view text, const Spec& spec) {
  std::string out;
  for (const char c : text.substr(0, spec.precision.value_or(text.size()))) {
    if (spec.space && !out.empty()) out += ' ';
    const auto byte = static_cast<unsigned char>(c);
    out += spec.verb == 'X' ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return out;
}

void append_string(std::string& out, const Spec& spec, std::string_view text) {
  if (is_any_of(spec.verb, "xX")) return pad(out, spec, "", hexadecimal(text, spec));
  const std::string_view shown = spec.precision ? utf8::head(text, *spec.precision) : text;
  if (spec.verb == 'q') return pad(out, spec, "", quoted(shown, spec, '"'));
  pad(out, spec, "", shown);
}

void append_value(std::string& out, const Spec& spec, const json::Value& value);

// As "%!d(string=hi)", Go's answer to a verb that does not go with the value.
void append_typed(std::string& out, Spec spec, const json::Value& value) {
  if (value.is_null()) {
    out += "<nil>";
    return;
  }
  out += type_of(value);
  out += '=';
  spec.verb = 'v';
  append_value(out, spec, value);
}

void append_scalar(std::string& out, const Spec& spec, const json::Value& value) {
  if (value.is_null() && spec.verb == 'v') return pad(out, spec, "", "<nil>");
  if (value.is_bool() && is_any_of(spec.verb, "vt")) return pad(out, spec, "", value.get_bool() ? "true" : "false");
  if (value.is_int64() && is_any_of(spec.verb, "vdxXq")) return append_integer(out, spec, value.get_int64());
  if (value.is_double() && is_any_of(spec.verb, "vgfe")) return append_float(out, spec, value.get_double());
  if (value.is_string() && is_any_of(spec.verb, "vsqxX")) return append_string(out, spec, json::as_view(value));
  out += "%!";
  utf8::append(out, spec.verb);
  out += '(';
  append_typed(out, spec, value);
  out += ')';
}

// Lists and maps apply the verb to what is in them; a nil there is written as it is.
void append_value(std::string& out, const Spec& spec, const json::Value& value) {
  const auto inner = [&](const json::Value& item) {
    if (item.is_null()) {
      out += "<nil>";
    } else {
      append_value(out, spec, item);
    }
  };
  std::string_view between;
  if (const json::Array* list = value.if_array()) {
    out += '[';
    for (const json::Value& item : *list) {
      out += std::exchange(between, " ");
      inner(item);
    }
    out += ']';
  } else if (const json::Object* object = value.if_object()) {
    out += "map[";
    for (const auto* member : in_order(*object)) {
      out += std::exchange(between, " ");
      inner(json::make_string(view(member->key())));
      out += ':';
      inner(member->value());
    }
    out += ']';
  } else {
    append_scalar(out, spec, value);
  }
}

class Formatter {
 public:
  Formatter(std::string_view format, std::span<const json::Value> values) : format_(format), values_(values) {}

  Result<std::string> run() {
    while (!format_.empty()) {
      const std::size_t plain = std::min(format_.find('%'), format_.size());
      out_ += format_.substr(0, plain);
      format_.remove_prefix(plain);
      if (format_.empty()) break;
      format_.remove_prefix(1);
      if (auto done = directive(); !done) return fail(std::move(done).error());
      if (out_.size() > kMaxBytes) return fail(Code::kInvalid, "it writes more than 1 MiB: use smaller widths");
    }
    append_extra();
    return std::move(out_);
  }

 private:
  static std::unexpected<Error> unknown(std::string_view what) {
    return fail(
        Code::kInvalid, fmt::format(
                            "%{} is not supported: it knows %v %s %d %q %t %x %X %f %e %g %%, the flags - + 0 and "
                            "space, width and precision",
                            what
                        )
    );
  }

  void flags(Spec& spec) {
    for (; !format_.empty(); format_.remove_prefix(1)) {
      switch (format_.front()) {
        case '-': spec.minus = true; break;
        case '+': spec.plus = true; break;
        case '0': spec.zero = true; break;
        case ' ': spec.space = true; break;
        default: return;
      }
    }
  }

  // Go's fmt takes numbers of up to a million.
  Result<std::optional<std::size_t>> number() {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(format_.data(), format_.data() + format_.size(), number);
    if (end == format_.data()) return std::nullopt;
    if (error != std::errc() || number > 1'000'000) return fail(Code::kInvalid, "a width or precision is too large");
    format_.remove_prefix(static_cast<std::size_t>(end - format_.data()));
    return number;
  }

  // What follows a %.
  Result<void> directive() {
    Spec spec;
    flags(spec);
    auto width = number();
    if (!width) return fail(std::move(width).error());
    spec.width = *width;
    if (format_.starts_with('.')) {
      format_.remove_prefix(1);
      auto precision = number();
      if (!precision) return fail(std::move(precision).error());
      spec.precision = precision->value_or(0);
    }
    if (format_.empty()) {
      out_ += "%!(NOVERB)";
      return {};
    }
    const std::size_t size = utf8::first_of(format_).size;
    spec.verb = utf8::first_of(format_).code;
    if (is_any_of(spec.verb, "#*[bcoOUTpwEGF")) return unknown(format_.substr(0, size));
    format_.remove_prefix(size);
    if (spec.verb == 'v') spec.plus = false;  // Go's %+v is about structs
    verb(spec);
    return {};
  }

  void verb(const Spec& spec) {
    if (spec.verb == '%') {
      out_ += '%';
    } else if (used_ == values_.size()) {
      out_ += "%!";
      utf8::append(out_, spec.verb);
      out_ += "(MISSING)";
    } else {
      append_value(out_, spec, values_[used_++]);
    }
  }

  void append_extra() {
    if (used_ == values_.size()) return;
    out_ += "%!(EXTRA ";
    std::string_view between;
    for (const json::Value& value : values_.subspan(used_)) {
      out_ += std::exchange(between, ", ");
      append_typed(out_, {}, value);
    }
    out_ += ')';
  }

  std::string_view format_;
  std::span<const json::Value> values_;
  std::size_t used_ = 0;
  std::string out_;
};

}  // namespace

std::string_view type_of(const json::Value& value) {
  switch (value.kind()) {
    case boost::json::kind::bool_: return "bool";
    case boost::json::kind::int64:
    case boost::json::kind::uint64: return "int";
    case boost::json::kind::double_: return "float64";
    case boost::json::kind::string: return "string";
    case boost::json::kind::array: return "[]interface {}";
    case boost::json::kind::object: return "map[string]interface {}";
    case boost::json::kind::null: break;
  }
  return "nil";
}

std::string to_text(const json::Value& value) {
  std::string out;
  append_value(out, {}, value);
  return out;
}

std::string print(std::span<const json::Value> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && !values[i - 1].is_string() && !values[i].is_string()) out += ' ';
    out += to_text(values[i]);
  }
  return out;
}

Result<std::string> print_formatted(std::string_view format, std::span<const json::Value> values) {
  return Formatter(format, values).run();
}

std::string shortest_decimal(double magnitude, int least, int most, bool two_digits) {
  auto [digits, exponent] = magnitude == 0 ? std::pair<std::string, int>("0", 0) : shortest(magnitude);
  if (exponent < least || exponent >= most) {
    if (digits.size() > 1) digits.insert(1, ".");
    const int size = exponent < 0 ? -exponent : exponent;
    return fmt::format("{}e{}{}{}", digits, exponent < 0 ? '-' : '+', two_digits && size < 10 ? "0" : "", size);
  }
  if (exponent < 0) return "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits.append(whole - digits.size(), '0');
  return digits.insert(whole, ".");
}

std::vector<const json::Object::value_type*> in_order(const json::Object& object) {
  std::vector<const json::Object::value_type*> members;
  for (const auto& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) { return view(member->key()); });
  return members;
}

std::string quote(std::string_view text) { return quoted(text, {}, '"'); }

}  // namespace snapstash::api::templates
