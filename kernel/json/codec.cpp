#include "kernel/json/codec.hpp"

#include <fmt/format.h>

namespace snapstash::json {

namespace {

std::string describe(const Value& value) {
  constexpr std::size_t kShown = 60;
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return value.get_bool() ? "the boolean true" : "the boolean false";
    case boost::json::kind::int64: return fmt::format("the number {}", value.get_int64());
    case boost::json::kind::uint64: return fmt::format("the number {}", value.get_uint64());
    case boost::json::kind::double_: return fmt::format("the number {}", value.get_double());
    case boost::json::kind::array: return "an array";
    case boost::json::kind::object: return "an object";
    case boost::json::kind::string: break;
  }
  const std::string_view text = as_view(value);
  return fmt::format("the string \"{}{}\"", text.substr(0, kShown), text.size() > kShown ? "…" : "");
}

}  // namespace

bool Place::fail(std::string_view what) const {
  failure_.emplace(Code::kMalformed, fmt::format("{}: {}", path(), what));
  return false;
}

bool Place::mismatch(std::string_view expected, const Value& found) const {
  return fail(fmt::format("expected {}, found {}", expected, describe(found)));
}

std::string Place::path() const {
  if (parent_ == nullptr) return std::string(key_);
  if (index_) return fmt::format("{}[{}]", parent_->path(), *index_);
  return fmt::format("{}.{}", parent_->path(), key_);
}

}  // namespace snapstash::json
